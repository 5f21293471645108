// One of the processes of a day: calls the API each second until the time that standard input says.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

public class Day {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        var form = "grant_type=client_credentials&client_id=" + agent("CLIENT_ID")
            + "&client_secret=" + agent("CLIENT_SECRET");
        var login = send(HttpRequest.newBuilder(URI.create(agent("LOGIN_URL")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
        var token = Pattern.compile("access_token\": *\"([^\"]+)").matcher(login);
        token.find();
        var users = HttpRequest.newBuilder(URI.create(agent("API_BASE") + "/api/v2/users?pageSize=1"))
            .header("Authorization", "Bearer " + token.group(1));
        System.out.println("ready");
        long end = Long.parseLong(new String(System.in.readAllBytes()));
        int calls = 0;
        while (System.currentTimeMillis() < end) {
            long start = System.currentTimeMillis();
            try {
                send(users);
            } catch (Exception error) {
                long now = System.currentTimeMillis();
                System.out.println("failed " + start + " " + now + " " + error.getMessage());
            }
            calls++;
            Thread.sleep(1000);
        }
        System.out.println("calls " + calls);
    }

    static String agent(String name) {
        return System.getenv("CXONE_AUTH_AGENT_" + name);
    }

    static String send(HttpRequest.Builder request) throws Exception {
        var response = CLIENT.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
