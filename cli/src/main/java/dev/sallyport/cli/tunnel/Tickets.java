package dev.sallyport.cli.tunnel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.http.Api;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gets tickets for one grant; all of them are of one tunnel, for the record. Confined to one thread at a time. */
public final class Tickets {

    private final Api api;
    private final String grantId;
    private @Nullable String tunnelId;

    public Tickets(Api api, String grantId) {
        this.api = api;
        this.grantId = grantId;
    }

    /**
     * The next ticket. Blocks until the api has answered, for as long as one of its calls may take.
     *
     * @throws TunnelException {@code grant_not_active} when there will be none any more; {@code api_unreachable}, {@code
     *     no_proxy_online} and the like, which pass
     */
    public Ticket next() {
        Map<String, Object> body = new HashMap<>();
        body.put("tunnel_id", tunnelId);
        Api.Answer answer;
        try {
            answer = api.exchange("POST", "/api/access/grants/" + Api.encoded(grantId) + "/tunnel", body);
        } catch (CommandFailure e) {
            throw new TunnelException("api_unreachable", String.valueOf(e.getMessage()), true);
        }
        if (answer.status() != 201) {
            throw refusal(answer);
        }
        Ticket ticket = Ticket.of(answer.body());
        tunnelId = ticket.tunnelId();
        return ticket;
    }

    private static TunnelException refusal(Api.Answer answer) {
        JsonNode body = answer.body();
        String code = answer.code().isEmpty() ? "status_" + answer.status() : answer.code();
        String message = body.path("message").asText("the api answered " + answer.status());
        return new TunnelException(code, message, answer.status() >= 500 || answer.status() == 429);
    }
}
