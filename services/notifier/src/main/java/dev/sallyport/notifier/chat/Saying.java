package dev.sallyport.notifier.chat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.access.AccessDecided;
import dev.sallyport.contracts.access.AccessEnded;
import dev.sallyport.contracts.access.AccessRequested;
import dev.sallyport.contracts.access.AccessReviewed;
import dev.sallyport.contracts.access.GlassBroken;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said about one event.
 *
 * @param alarm whether it is worth calling people
 * @param line in Slack's markup, one line
 * @param facts by their titles, foreign text as it came
 * @param words what somebody wrote, as it came; may be empty
 * @param request the page that the link leads to; null when nobody knows it
 * @param invitation what the link says
 */
record Saying(
        boolean alarm,
        String line,
        Map<String, String> facts,
        String words,
        @Nullable RequestId request,
        String invitation) {

    private static final String LOOK = "Open the request";
    private static final String DECIDE = "Review: approve or deny";

    /** @throws IllegalArgumentException when the event is of no type that a chat is told of */
    static Saying of(Event<?> event) {
        return switch (event.data()) {
            case AccessRequested asked -> asked(asked);
            case AccessReviewed reviewed -> reviewed(reviewed);
            case AccessDecided decided -> decided(decided, event.type());
            case AccessEnded ended -> ended(ended, event.type());
            case GlassBroken broken -> broken(broken);
            case GrantProgressed grant -> grant(grant, event.type());
            default -> throw new IllegalArgumentException("a chat is not told of " + event.type());
        };
    }

    private static Saying asked(AccessRequested asked) {
        String line = Mrkdwn.line(
                "*%s* asks for *%s* in *%s* for %s",
                name(asked.requester()), asked.role(), place(asked.target()), Spoken.span(asked.duration()));
        Map<String, String> facts = facts(asked.target(), asked.ticket());
        facts.put("Workflow", asked.workflow());
        return new Saying(false, line, facts, asked.reason(), asked.requestId(), DECIDE);
    }

    private static Saying reviewed(AccessReviewed reviewed) {
        String line = Mrkdwn.line(
                "*%s* approved, others have to, too: *%s* asks for *%s* in *%s*",
                name(reviewed.reviewer()), name(reviewed.requester()), reviewed.role(), place(reviewed.target()));
        Map<String, String> facts = facts(reviewed.target(), "");
        facts.put("Still needed", String.join(", ", reviewed.missingSteps()));
        return new Saying(false, line, facts, reviewed.comment(), reviewed.requestId(), DECIDE);
    }

    private static Saying decided(AccessDecided decided, String type) {
        boolean approved = type.equals(EventType.ACCESS_APPROVED.name());
        String line = Mrkdwn.line(
                "*%s* " + (approved ? "approved" : "denied") + " *%s* the role *%s* in *%s*",
                name(decided.decidedBy()),
                name(decided.requester()),
                decided.role(),
                place(decided.target()));
        return new Saying(false, line, facts(decided.target(), ""), decided.comment(), decided.requestId(), LOOK);
    }

    private static Saying ended(AccessEnded ended, String type) {
        String what;
        if (type.equals(EventType.ACCESS_EXPIRED.name())) {
            what = ended.grantId() == null ? "nobody decided in time" : "approved, and not activated in time";
        } else {
            what = ended.requester().subject().equals(ended.endedBy()) ? "taken back" : "cancelled";
        }
        String line = Mrkdwn.line(
                "*%s* will not get *%s* in *%s*: " + what,
                name(ended.requester()),
                ended.role(),
                place(ended.target()));
        return new Saying(false, line, facts(ended.target(), ""), "", ended.requestId(), LOOK);
    }

    private static Saying broken(GlassBroken broken) {
        String line = Mrkdwn.line(
                "*%s* broke the glass: *%s* in *%s* for %s, without anybody's approval",
                name(broken.requester()), broken.role(), place(broken.target()), Spoken.span(broken.duration()));
        return new Saying(
                true, line, facts(broken.target(), broken.ticket()), broken.reason(), broken.requestId(), LOOK);
    }

    private static Saying grant(GrantProgressed grant, String type) {
        String whose = grant.grantee() == null
                ? Mrkdwn.line("The grant *%s*", grant.grantId().value())
                : Mrkdwn.line(
                        "The grant of *%s* for *%s* in *%s*",
                        name(grant.grantee()),
                        String.valueOf(grant.role()),
                        grant.target() == null ? "?" : place(grant.target()));
        Map<String, String> facts = grant.target() == null ? new LinkedHashMap<>() : facts(grant.target(), "");
        return new Saying(false, whose + " " + became(grant, type), facts, grant.message(), grant.requestId(), LOOK);
    }

    private static String became(GrantProgressed grant, String type) {
        String until = grant.expiresAt() == null ? "" : " until " + Spoken.time(grant.expiresAt());
        if (type.equals(EventType.GRANT_ACTIVATED.name())) {
            return "is open" + until;
        }
        if (type.equals(EventType.GRANT_EXTENDED.name())) {
            return "was extended" + until;
        }
        if (type.equals(EventType.GRANT_FAILED.name())) {
            return "could not be opened, and may be tried again";
        }
        boolean overdue = "expired".equals(grant.closeReason());
        return overdue ? "is over: its time is up" : Mrkdwn.line("is over: %s", String.valueOf(grant.closeReason()));
    }

    private static Map<String, String> facts(RdsDatabaseId target, String ticket) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Database", target.toString());
        if (!ticket.isEmpty()) {
            facts.put("Ticket", ticket);
        }
        return facts;
    }

    private static String name(Grantee person) {
        return person.name().isBlank() ? person.subject() : person.name();
    }

    /** {@code orders/shop} of a whole database id. */
    private static String place(RdsDatabaseId target) {
        return target.instance().identifier() + "/" + target.database();
    }
}
