package dev.sallyport.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Every secret that the local stack knows of, by a name that says whose it is, to be looked for where none may be. */
final class Canaries {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> secrets = new LinkedHashMap<>();

    /** The secrets of the stack in {@code home}: keys and passwords in its files, and all that its sealed store holds. */
    static Canaries of(Path home) throws IOException {
        Canaries canaries = new Canaries();
        JsonNode settings = JSON.readTree(home.resolve("settings.json").toFile());
        canaries.add("AWS secret key", settings.path("secretAccessKey").asText());
        canaries.add("Vault token", Files.readString(home.resolve("keys/vault-token")));
        canaries.add("webhook secret", settings.path("webhookSecret").asText());
        canaries.add("chat's webhook", Files.readString(home.resolve("keys/chat-token")));
        canaries.add(
                "local password",
                Files.readString(home.resolve("data/stand-ins/issuer/local-password"))
                        .strip());
        Properties roles = new Properties();
        try (var reader = Files.newBufferedReader(home.resolve("data/postgres/roles.properties"))) {
            roles.load(reader);
        }
        roles.forEach((role, password) -> canaries.add(role.toString(), password.toString()));
        for (String part : List.of("postgres", "target-postgres", "target-mysql")) {
            canaries.add(
                    part + " superuser",
                    Files.readString(home.resolve("data/" + part + "/password")).strip());
        }
        canaries.addSealed(home, roles);
        return canaries;
    }

    int count() {
        return secrets.size();
    }

    /** The names of the secrets that {@code text} holds. */
    List<String> in(String text) {
        return secrets.entrySet().stream()
                .filter(secret -> text.contains(secret.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Where secrets are in the files below {@code folder}. */
    List<String> inFilesBelow(Path folder, Predicate<Path> wanted) throws IOException {
        List<String> found = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).filter(wanted).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                in(text).forEach(secret -> found.add(secret + " in " + file));
            }
        }
        return found;
    }

    /** Where secrets are in the records of all topics. */
    List<String> inTopics(String bootstrapServers) {
        List<String> found = new ArrayList<>();
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .filter(partition -> partition.topic().startsWith("sallyport."))
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long records = 0;
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<String, String> item : consumer.poll(Duration.ofSeconds(1))) {
                    records++;
                    in(item.value() == null ? "" : item.value())
                            .forEach(secret -> found.add(secret + " in " + item.topic()));
                }
            }
            if (records < 20) {
                throw new AssertionError("only " + records + " records were read: the search proves nothing");
            }
        }
        return found;
    }

    private void addSealed(Path home, Properties roles) {
        JsonNode state;
        try {
            state = JSON.readTree(home.resolve("run/state.json").toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String address = state.path("parts").path(0).path("address").asText();
        String url = "jdbc:postgresql://" + address + "/sallyport";
        String password = roles.getProperty("sallyport_secrets_reader");
        SealedStoreSettings settings = new SealedStoreSettings(
                url,
                "sallyport_secrets_reader",
                dev.sallyport.kernel.Secret.of(password),
                home.resolve("keys/keyset.json"));
        try (Connection connection = DriverManager.getConnection(url, "sallyport_secrets_reader", password);
                ResultSet ids =
                        connection.createStatement().executeQuery("SELECT DISTINCT secret_id FROM sealed_secret");
                SealedSecretStore store = SealedSecretStore.open(settings)) {
            while (ids.next()) {
                String id = ids.getString(1);
                store.current(id).orElseThrow().forEach((key, secret) -> {
                    if (key.contains("PASSWORD") || key.contains("SECRET")) {
                        add(id + " " + key, secret.reveal());
                    }
                });
            }
        } catch (SQLException e) {
            throw new AssertionError("the sealed store cannot be listed", e);
        }
    }

    private void add(String name, String secret) {
        if (secret.length() < 16) {
            throw new AssertionError(name + " is too short to be looked for");
        }
        secrets.put(name, secret);
    }
}
