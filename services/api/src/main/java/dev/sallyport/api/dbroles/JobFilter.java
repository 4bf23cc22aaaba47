package dev.sallyport.api.dbroles;

import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.dbroles.Job.Phase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are wanted: those that have all of these.
 *
 * @param wanted by the names of {@link JobRow}'s fields
 */
public record JobFilter(Map<String, String> wanted) {

    /** All jobs. */
    public static final JobFilter ANY = new JobFilter(Map.of());

    /** @throws ProblemException 400 for a status or kind that no job can have */
    static JobFilter of(
            @Nullable String status,
            @Nullable String arn,
            @Nullable String agentId,
            @Nullable String kind,
            @Nullable String prefix) {
        Map<String, String> wanted = new LinkedHashMap<>();
        put(
                wanted,
                "phase",
                known(
                        "status",
                        status,
                        Arrays.stream(Phase.values()).map(Phase::label).toList()));
        put(wanted, "instanceArn", arn);
        put(wanted, "agentId", agentId);
        put(
                wanted,
                "kind",
                known(
                        "kind",
                        kind,
                        Arrays.stream(JobKind.values()).map(JobKind::label).toList()));
        put(wanted, "connectionPrefix", prefix);
        return new JobFilter(wanted);
    }

    /** The condition behind {@code id < :after}, in HQL. */
    String condition() {
        return wanted.keySet().stream()
                .map(field -> " and " + field + " = :" + field)
                .collect(Collectors.joining());
    }

    /** Marks the cursors of this filter: one of another filter is none of this. */
    String position(String id) {
        return wanted.isEmpty() ? id : id + "." + fingerprint();
    }

    /** @throws ProblemException 400 when {@code position} is of another filter */
    String idAt(Optional<String> position) {
        // Behind every id there is: '~' follows all letters.
        return position.map(this::id).orElse("~");
    }

    private String id(String position) {
        String id = position.split("\\.", 2)[0];
        if (!position.equals(position(id))) {
            throw ProblemException.badRequest("invalid_cursor", "cursor is of a list with other filters");
        }
        return id;
    }

    private String fingerprint() {
        CRC32C sum = new CRC32C();
        sum.update(wanted.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static void put(Map<String, String> wanted, String field, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            wanted.put(field, value);
        }
    }

    private static @Nullable String known(String name, @Nullable String value, List<String> values) {
        if (value != null && !value.isEmpty() && !values.contains(value)) {
            throw ProblemException.badRequest("invalid_" + name, name + " is one of " + String.join(", ", values));
        }
        return value;
    }
}
