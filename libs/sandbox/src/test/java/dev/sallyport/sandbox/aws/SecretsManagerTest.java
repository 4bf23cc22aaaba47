package dev.sallyport.sandbox.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** The real SDK keeps secrets in the stand-in. */
class SecretsManagerTest {

    private static final String TOKEN = "7f3c1a52-8d07-4a4e-9c75-6a0f3e1b2c3d";

    @TempDir
    private Path folder;

    private AwsStandIn standIn;
    private SecretsManagerClient secrets;

    @BeforeEach
    void start() {
        Cloud cloud = new Cloud(folder, new Account("111111111111", "management", "aws@example.com"), List.of());
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        standIn = new AwsStandIn(0, cloud);
        secrets = SecretsManagerClient.builder()
                .endpointOverride(URI.create(standIn.endpoint()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIASALLYPORT1", "right-secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @AfterEach
    void stop() {
        secrets.close();
        standIn.close();
    }

    @Test
    void aSecretIsCreatedOnceAndReadByItsArn() {
        CreateSecretResponse created = create("{\"password\": \"one\"}");
        assertThat(created.arn()).startsWith("arn:aws:secretsmanager:eu-west-1:111111111111:secret:reader-");
        assertThat(created.versionId()).isEqualTo(TOKEN);
        assertThat(create("{\"password\": \"one\"}").arn()).isEqualTo(created.arn());
        assertThatThrownBy(() -> create("{\"password\": \"two\"}")).isInstanceOf(ResourceExistsException.class);
        assertThat(text(created.arn())).isEqualTo("{\"password\": \"one\"}");
    }

    @Test
    void aNewValueIsCurrentAndTheOneBeforeIsThePreviousOne() {
        String arn = create("{\"password\": \"one\"}").arn();
        secrets.putSecretValue(request -> request.secretId(arn).secretString("{\"password\": \"two\"}"));
        assertThat(text(arn)).isEqualTo("{\"password\": \"two\"}");
        assertThat(secrets.getSecretValue(request -> request.secretId(arn).versionStage("AWSPREVIOUS"))
                        .secretString())
                .isEqualTo("{\"password\": \"one\"}");
    }

    @Test
    void whatItDoesNotKeepItDoesNotTake() {
        assertThatThrownBy(() -> secrets.createSecret(
                        request -> request.name("reader").secretString("{}").kmsKeyId("alias/ours")))
                .isInstanceOf(SecretsManagerException.class)
                .hasMessageContaining("KmsKeyId");
        assertThatThrownBy(() ->
                        secrets.createSecret(request -> request.name("a b").secretString("{}")))
                .hasMessageContaining("Invalid name");
    }

    private CreateSecretResponse create(String text) {
        return secrets.createSecret(
                request -> request.name("reader").secretString(text).clientRequestToken(TOKEN));
    }

    private String text(String arn) {
        return secrets.getSecretValue(request -> request.secretId(arn)).secretString();
    }
}
