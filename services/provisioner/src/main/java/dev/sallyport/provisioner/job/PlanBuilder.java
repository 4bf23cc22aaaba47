package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobPlan.Change;
import dev.sallyport.contracts.dbroles.JobPlan.Kind;
import dev.sallyport.provisioner.roles.Planned;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the changes of a plan in the order of doing, hashes all of them, and keeps as many as fit into an event. */
final class PlanBuilder {

    /** Characters of all changes and notes together that an event may hold; Kafka takes a megabyte. */
    static final int MAX_CHARACTERS = 400_000;

    private final MessageDigest digest = sha256();
    private final List<Change> changes = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private int omitted;
    private int characters;

    PlanBuilder aws(String target, String statement) {
        return add(new Change(Kind.AWS, target, statement, false));
    }

    PlanBuilder aws(List<Change> all) {
        all.forEach(this::add);
        return this;
    }

    PlanBuilder secret(String target, String statement, boolean routine) {
        return add(new Change(Kind.SECRET, target, statement, routine));
    }

    /**
     * @param prefix of the roles' names
     * @param server what stands for the database where the engine has none for a statement
     */
    PlanBuilder sql(Planned planned, String prefix, String server) {
        planned.statements()
                .forEach(statement -> add(new Change(
                        Kind.SQL,
                        statement.database().isEmpty() ? server : statement.database(),
                        statement.sql(),
                        statement.routine())));
        planned.notes().forEach((role, all) -> all.forEach(note -> note(role.name(prefix) + ": " + note)));
        return this;
    }

    PlanBuilder note(String note) {
        if (characters + note.length() <= MAX_CHARACTERS && notes.add(note)) {
            characters += note.length();
        }
        return this;
    }

    JobPlan build() {
        return new JobPlan(
                HexFormat.of().formatHex(digest.digest()), List.copyOf(changes), omitted, List.copyOf(notes));
    }

    private PlanBuilder add(Change change) {
        hash(change.kind().label());
        hash(change.target());
        hash(change.statement());
        int size = change.target().length() + change.statement().length();
        if (omitted == 0 && characters + size <= MAX_CHARACTERS) {
            characters += size;
            changes.add(change);
        } else {
            omitted++;
        }
        return this;
    }

    /** Each text with its length, so that no two lists of texts give the same bytes. */
    private void hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
