package dev.sallyport.cli.ssm;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** How each client of an AWS API is made: with deadlines, and at the address of the settings. */
public record AwsClients(SsmSettings settings) {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** The client that {@code builder} makes. */
    public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C make(
            B builder, String region, AwsCredentialsProvider credentials) {
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(settings.call()))
                .overrideConfiguration(configuration -> configuration.apiCallTimeout(settings.call()))
                .build();
    }
}
