"""One of the processes of a day: calls the API each second until the time that standard input says."""

import json, os, sys, time, urllib.parse, urllib.request


def agent(name):
    return os.environ["CXONE_AUTH_AGENT_" + name]


def now():
    return round(time.time() * 1000)


form = urllib.parse.urlencode({
    "grant_type": "client_credentials",
    "client_id": agent("CLIENT_ID"),
    "client_secret": agent("CLIENT_SECRET"),
})
token = json.load(urllib.request.urlopen(agent("LOGIN_URL"), form.encode()))["access_token"]
users = urllib.request.Request(
    agent("API_BASE") + "/api/v2/users?pageSize=1", headers={"Authorization": "Bearer " + token})
print("ready", flush=True)

end, calls = int(sys.stdin.read()), 0
while now() < end:
    start = now()
    try:
        with urllib.request.urlopen(users) as response:
            json.load(response)
    except Exception as error:
        print("failed", start, now(), error)
    calls += 1
    time.sleep(1)
print("calls", calls)
