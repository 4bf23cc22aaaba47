package dev.sallyport.secrets.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The token that we have: logged in for at first use, renewed at two thirds of its life, logged in for anew when it cannot be
 * renewed or is no longer taken. Safe for many threads.
 */
final class VaultToken {

    /** A token, when its renewal is due, and whether it can be renewed. */
    private record Held(Secret token, @Nullable Instant renewalDue, boolean renewable) {}

    private final VaultHttp http;
    private final VaultAuth auth;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Held held;

    VaultToken(VaultHttp http, VaultAuth auth, InstantSource clock) {
        this.http = http;
        this.auth = auth;
        this.clock = clock;
    }

    /** A token that is good now, as far as we know. */
    Secret current() {
        lock.lock();
        try {
            Held now = held;
            if (now == null) {
                now = login();
            } else if (due(now)) {
                now = renewed(now);
            }
            held = now;
            return now.token();
        } finally {
            lock.unlock();
        }
    }

    /** Does nothing while there is no token, or its renewal is not due. */
    void renewWhenDue() {
        lock.lock();
        try {
            Held now = held;
            if (now != null && due(now)) {
                held = renewed(now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Vault did not take {@code refused}: the next one is got anew, unless that happened already. */
    void drop(Secret refused) {
        lock.lock();
        try {
            if (held != null && held.token().equals(refused)) {
                held = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean due(Held token) {
        Instant due = token.renewalDue();
        return due != null && !clock.instant().isBefore(due);
    }

    private Held renewed(Held before) {
        if (before.renewable()) {
            VaultAnswer answer = http.call("POST", "auth/token/renew-self", before.token(), empty());
            if (answer.ok()) {
                return ofAuth(answer.body().path("auth"), before.token());
            }
        }
        return login();
    }

    private Held login() {
        return switch (auth) {
            case VaultAuth.Token given -> lookedUp(given.token());
            case VaultAuth.TokenFile given -> lookedUp(read(given.file()));
            case VaultAuth.AppRole role -> appRole(role.mount(), role.roleId(), role.secretId());
            case VaultAuth.AppRoleFile role -> appRole(role.mount(), role.roleId(), read(role.secretIdFile()));
            case VaultAuth.Kubernetes pod ->
                login(
                        pod.mount(),
                        empty().put("role", pod.role())
                                .put("jwt", read(pod.jwtFile()).reveal()));
        };
    }

    private Held appRole(String mount, String roleId, Secret secretId) {
        return login(mount, empty().put("role_id", roleId).put("secret_id", secretId.reveal()));
    }

    private Held login(String mount, ObjectNode body) {
        VaultAnswer answer = http.call("POST", "auth/" + mount + "/login", null, body);
        if (!answer.ok()) {
            throw new SecretStoreException(
                    "Vault refuses the login at auth/" + mount + " (status " + answer.status() + "): " + answer.error()
                            + "; check role and credentials",
                    false);
        }
        JsonNode granted = answer.body().path("auth");
        return ofAuth(granted, Secret.of(granted.path("client_token").asText()));
    }

    /** How long a token that somebody gave us has to live. */
    private Held lookedUp(Secret token) {
        VaultAnswer answer = http.call("GET", "auth/token/lookup-self", token, null);
        if (!answer.ok()) {
            throw new SecretStoreException(
                    "Vault does not take the token; it has ended or was revoked: give another", false);
        }
        JsonNode data = answer.body().path("data");
        return held(token, data.path("ttl").asLong(), data.path("renewable").asBoolean());
    }

    private Held ofAuth(JsonNode granted, Secret token) {
        return held(
                token,
                granted.path("lease_duration").asLong(),
                granted.path("renewable").asBoolean());
    }

    /** A life of 0 seconds is one without an end. */
    private Held held(Secret token, long seconds, boolean renewable) {
        Instant due = seconds == 0 ? null : clock.instant().plusMillis(seconds * 1000 * 2 / 3);
        return new Held(token, due, renewable);
    }

    private static Secret read(Path file) {
        try {
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new SecretStoreException("cannot read " + file + ", which the login at Vault needs", true);
        }
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
