// Go's golang.org/x/oauth2: the gateway, then the token endpoint.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	gateway := client("LOGIN_URL")
	show("gateway", gateway)
	calls(gateway, agent("API_BASE"), number("CALLS"))
	for range make([]bool, number("TOKENS")) {
		platform := client("TOKEN_URL")
		show("platform", platform)
		calls(platform, os.Getenv("PLATFORM_API"), 1)
	}
}

func client(endpoint string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID:     agent("CLIENT_ID"),
		ClientSecret: agent("CLIENT_SECRET"),
		TokenURL:     agent(endpoint),
	}
}

func show(what string, config *clientcredentials.Config) {
	token, err := config.Token(context.Background())
	check(err)
	fmt.Println(what, token.AccessToken)
}

func calls(config *clientcredentials.Config, base string, count int) {
	client := config.Client(context.Background())
	for range make([]bool, count) {
		response, err := client.Get(base + "/api/v2/users?pageSize=1")
		check(err)
		body, err := io.ReadAll(response.Body)
		check(err)
		if response.StatusCode != 200 {
			log.Fatal(response.Status, " ", string(body))
		}
		fmt.Println("call", string(body))
	}
}

func agent(name string) string { return os.Getenv("CXONE_AUTH_AGENT_" + name) }

func number(name string) int {
	number, err := strconv.Atoi(os.Getenv(name))
	check(err)
	return number
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
