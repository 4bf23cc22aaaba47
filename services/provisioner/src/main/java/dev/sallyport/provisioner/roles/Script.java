package dev.sallyport.provisioner.roles;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The statements of one run that change something: executed as they come or, in a plan, only written down. Whatever changes
 * a database goes through here, so a plan holds what a run would execute and nothing else. Filled by one thread; what runs
 * side by side has parts of its own.
 */
final class Script {

    private final boolean planning;
    private final List<PlannedStatement> statements = new ArrayList<>();
    private final List<Script> parts = new ArrayList<>();

    private Script(boolean planning) {
        this.planning = planning;
    }

    /** Executes. */
    static Script executing() {
        return new Script(false);
    }

    /** Executes nothing. */
    static Script planning() {
        return new Script(true);
    }

    /** Nothing is executed here, so looking again would show no difference. */
    boolean isPlan() {
        return planning;
    }

    /** A part with its place after this script's own statements and the parts before it, whoever fills it first. */
    Script part() {
        Script part = new Script(planning);
        parts.add(part);
        return part;
    }

    /**
     * Has {@code execution} execute {@code sql}, unless this is a plan.
     *
     * @param execution returns why the server refused, if it did
     * @return what the execution returned; nothing in a plan
     */
    Optional<String> run(String database, String sql, Supplier<Optional<String>> execution) {
        statements.add(new PlannedStatement(database, sql, false));
        return planning ? Optional.empty() : execution.get();
    }

    /**
     * The same for a new password, which every run sets.
     *
     * @param shown the statement with {@code '***'} for the password
     */
    void setPassword(String database, String shown, Runnable execution) {
        statements.add(new PlannedStatement(database, shown, true));
        if (!planning) {
            execution.run();
        }
    }

    /** All that came so far, those of the parts behind the own. */
    List<PlannedStatement> statements() {
        List<PlannedStatement> all = new ArrayList<>(statements);
        parts.forEach(part -> all.addAll(part.statements()));
        return all;
    }
}
