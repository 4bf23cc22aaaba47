package dev.sallyport.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssoadmin.SsoAdminClient;

/** AWS as an administrator of the local stack calls it, with AWS's own SDK. */
final class LocalAws implements AutoCloseable {

    private final URI endpoint;
    private final SecretsManagerClient secrets;
    private final SsoAdminClient center;

    LocalAws(Path home) throws IOException {
        JsonNode settings = new ObjectMapper().readTree(Files.readString(home.resolve("settings.json")));
        endpoint = URI.create(
                "http://127.0.0.1:" + settings.path("ports").path("stand-ins").asInt(4566));
        StaticCredentialsProvider keys = StaticCredentialsProvider.create(AwsBasicCredentials.create(
                settings.path("accessKeyId").asText(),
                settings.path("secretAccessKey").asText()));
        secrets = SecretsManagerClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(keys)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        center = SsoAdminClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(keys)
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** Returns the ARN of the new secret. */
    String keep(String name, String password) {
        return secrets.createSecret(request -> request.name(name).secretString("{\"password\": \"" + password + "\"}"))
                .arn();
    }

    void replace(String arn, String password) {
        secrets.putSecretValue(request -> request.secretId(arn).secretString("{\"password\": \"" + password + "\"}"));
    }

    /** A person confirms a sign-in to the access portal. */
    void confirm(String code, String user) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(endpoint.resolve("/device"))
                                .header("content-type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("user_code=" + code + "&user=" + user))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError("the portal did not take the code: " + answer.body());
        }
    }

    /** How many there are in the one instance of IAM Identity Center. */
    int permissionSets() {
        String instance = center.listInstances(all -> {}).instances().getFirst().instanceArn();
        return center.listPermissionSets(request -> request.instanceArn(instance))
                .permissionSets()
                .size();
    }

    @Override
    public void close() {
        secrets.close();
        center.close();
    }
}
