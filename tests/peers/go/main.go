// Measures golang.org/x/oauth2 when a line on the input says so; see ../src/child.rs.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func source(url string) oauth2.TokenSource {
	config := clientcredentials.Config{
		ClientID:     "id",
		ClientSecret: "secret",
		TokenURL:     url,
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	return config.TokenSource(context.Background())
}

var sources = map[string]oauth2.TokenSource{}
var sink atomic.Value

func cached(calls int, threads int, url string) (time.Duration, int) {
	tokens, known := sources[url]
	if !known {
		tokens = source(url)
		if _, err := tokens.Token(); err != nil {
			panic(err)
		}
		sources[url] = tokens
	}
	starts := make([]time.Time, threads)
	var running int32
	var done sync.WaitGroup
	for thread := 0; thread < threads; thread++ {
		done.Add(1)
		go func(thread int) {
			defer done.Done()
			// Two begin when both run. Of many, most have to wait for a processor.
			atomic.AddInt32(&running, 1)
			for threads == 2 && atomic.LoadInt32(&running) < 2 {
			}
			starts[thread] = time.Now()
			header := ""
			for call := 0; call < calls; call++ {
				token, err := tokens.Token()
				if err != nil {
					panic(err)
				}
				header = token.Type() + " " + token.AccessToken
			}
			sink.Store(header)
		}(thread)
	}
	done.Wait()
	return time.Since(first(starts)), calls * threads
}

func first(times []time.Time) time.Time {
	first := times[0]
	for _, next := range times {
		if next.Before(first) {
			first = next
		}
	}
	return first
}

func storm(callers int, url string) (time.Duration, int) {
	tokens := source(url)
	var succeeded int64
	start := time.Now()
	var done sync.WaitGroup
	for caller := 0; caller < callers; caller++ {
		done.Add(1)
		go func() {
			defer done.Done()
			if _, err := tokens.Token(); err == nil {
				atomic.AddInt64(&succeeded, 1)
			}
		}()
	}
	done.Wait()
	return time.Since(start), int(succeeded)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var calls, threads, lifetime int
		var url string
		var span time.Duration
		var count int
		if n, _ := fmt.Sscanf(lines.Text(), "cached %d %d %d %s", &calls, &threads, &lifetime, &url); n == 4 {
			span, count = cached(calls, threads, url)
		} else if n, _ := fmt.Sscanf(lines.Text(), "storm %d %s", &calls, &url); n == 2 {
			span, count = storm(calls, url)
		} else {
			panic("not understood: " + lines.Text())
		}
		fmt.Println(span.Nanoseconds(), count)
	}
}
