package dev.sallyport.aws;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** What all clients share, so that a client for one more account costs next to nothing: connections and the timer. */
final class Transport implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final SdkHttpClient http;
    private final ScheduledExecutorService timer;
    private final ClientOverrideConfiguration overrides;

    Transport(AwsSettings settings) {
        http = UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(settings.callTimeout())
                .build();
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("aws-timer").factory());
        overrides = ClientOverrideConfiguration.builder()
                .apiCallTimeout(settings.callTimeout())
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(settings.maxAttempts())
                        .build())
                .scheduledExecutorService(timer)
                .build();
    }

    SdkHttpClient http() {
        return http;
    }

    ClientOverrideConfiguration overrides() {
        return overrides;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.close();
    }
}
