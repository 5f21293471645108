// java.net.http: the gateway, then the token endpoint.

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

public class JavaNetHttp {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        var gateway = token(agent("LOGIN_URL"));
        System.out.println("gateway " + gateway);
        for (int n = 0; n < Integer.parseInt(System.getenv("CALLS")); n++) {
            call(agent("API_BASE"), gateway);
        }
        for (int n = 0; n < Integer.parseInt(System.getenv("TOKENS")); n++) {
            var platform = token(agent("TOKEN_URL"));
            System.out.println("platform " + platform);
            call(System.getenv("PLATFORM_API"), platform);
        }
    }

    static String agent(String name) {
        return System.getenv("CXONE_AUTH_AGENT_" + name);
    }

    static String token(String url) throws Exception {
        var form = "grant_type=client_credentials&client_id=" + agent("CLIENT_ID")
            + "&client_secret=" + agent("CLIENT_SECRET");
        var json = send(HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
        var found = Pattern.compile("access_token\": *\"([^\"]+)").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no token");
        }
        return found.group(1);
    }

    static void call(String base, String token) throws Exception {
        System.out.println("call " + send(HttpRequest
            .newBuilder(URI.create(base + "/api/v2/users?pageSize=1"))
            .header("Authorization", "Bearer " + token)));
    }

    static String send(HttpRequest.Builder request) throws Exception {
        var response = CLIENT.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
