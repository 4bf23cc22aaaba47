package dev.sallyport.api.audit;

import dev.sallyport.api.access.Permission;
import dev.sallyport.api.access.Permission.About;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.rules.Rulebook;
import dev.sallyport.api.rules.Rules;
import dev.sallyport.auditstore.AuditedSession;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Who may read which session: the policies say, with the action {@code GetSessionLog}. Every method blocks. */
@ApplicationScoped
public class SessionReaders {

    /** How long a watcher goes on by an answer of the policies. */
    private static final Duration ANSWER_HOLDS = Duration.ofSeconds(10);

    /** Databases and people that one watcher sees; beyond it answers are asked for anew. */
    private static final int MOST_ANSWERS = 1_000;

    private final Transactions transactions;
    private final Rules rules;
    private final Permission permission;
    private final InstantSource clock;

    SessionReaders(Transactions transactions, Rules rules, Permission permission, InstantSource clock) {
        this.transactions = transactions;
        this.rules = rules;
        this.permission = permission;
        this.clock = clock;
    }

    /** Whether the person reads this session now: the answer is kept. */
    public boolean mayRead(Person person, AuditedSession session) {
        return rules.call(ruling -> permission
                .question(PolicyAction.GET_SESSION_LOG, person, about(session))
                .map(question -> ruling.ask(question).allowed()));
    }

    /** Those of the sessions that the person may read. */
    public List<AuditedSession> readable(Person person, List<AuditedSession> sessions) {
        List<Boolean> answers = transactions.call(() -> rules.current()
                .chain(book -> Multi.createFrom()
                        .iterable(sessions)
                        .onItem()
                        .transformToUniAndConcatenate(session -> allowed(book, person, about(session)))
                        .collect()
                        .asList()));
        return IntStream.range(0, sessions.size())
                .filter(answers::get)
                .mapToObj(sessions::get)
                .toList();
    }

    /** Of the statements as they happen, those that the person may read. For one watcher, one statement at a time. */
    Predicate<StatementExecuted> watching(Person person) {
        Map<Watched, Answer> answers = new HashMap<>();
        return statement -> {
            Watched watched = new Watched(statement.target(), statement.role(), statement.grantee());
            Answer known = answers.get(watched);
            if (known == null || clock.instant().isAfter(known.holdsUntil())) {
                if (answers.size() >= MOST_ANSWERS) {
                    answers.clear();
                }
                known = new Answer(ask(person, watched), clock.instant().plus(ANSWER_HOLDS));
                answers.put(watched, known);
            }
            return known.allowed();
        };
    }

    private record Watched(RdsDatabaseId target, String role, Grantee grantee) {}

    private record Answer(boolean allowed, Instant holdsUntil) {}

    private boolean ask(Person person, Watched watched) {
        About about = new About(watched.target().toString(), watched.role(), "", watched.grantee(), "", "", "");
        return transactions.call(() -> rules.current().chain(book -> allowed(book, person, about)));
    }

    private Uni<Boolean> allowed(Rulebook book, Person person, About about) {
        return permission
                .question(PolicyAction.GET_SESSION_LOG, person, about)
                .map(question -> book.ask(question).allowed());
    }

    private static About about(AuditedSession session) {
        return new About(
                session.target().toString(), session.role(), session.engine().label(), session.grantee(), "", "", "");
    }
}
