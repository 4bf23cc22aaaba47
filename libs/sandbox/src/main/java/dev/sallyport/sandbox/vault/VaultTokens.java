package dev.sallyport.sandbox.vault;

import dev.sallyport.kernel.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Who may do what for how long: tokens, policies and the logins that give tokens. */
final class VaultTokens {

    private final InstantSource clock;
    private final Map<String, Token> tokens = new HashMap<>();
    private final Map<String, List<Rule>> policies = new HashMap<>();
    private final Map<String, Login> logins = new HashMap<>();

    /** @param endless a token without an end, such as the root's */
    record Token(String id, List<String> policies, Duration life, Instant ends, Instant atMost, boolean endless) {}

    /** @param path as policies write it: {@code *} at the end for anything, {@code +} for one segment */
    record Rule(String path, Set<String> capabilities) {

        boolean covers(String asked) {
            StringBuilder form = new StringBuilder();
            String fixed = path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
            for (String segment : fixed.split("/", -1)) {
                form.append(form.isEmpty() ? "" : "/").append(segment.equals("+") ? "[^/]+" : Pattern.quote(segment));
            }
            return asked.matches(form + (path.endsWith("*") ? ".*" : ""));
        }
    }

    /** What a login asks for and gives. @param fields that have to come as they are here */
    record Login(Map<String, String> fields, List<String> policies, Duration life, Duration atMost) {}

    VaultTokens(InstantSource clock) {
        this.clock = clock;
    }

    void policy(String name, String path, String... capabilities) {
        policies.computeIfAbsent(name, absent -> new java.util.ArrayList<>()).add(new Rule(path, Set.of(capabilities)));
    }

    void login(String mount, String role, Login login) {
        logins.put(mount + "/" + role, login);
    }

    boolean mounted(String mount) {
        return logins.keySet().stream().anyMatch(key -> key.startsWith(mount + "/"));
    }

    /** @param life zero for a token without an end */
    Token issue(List<String> granted, Duration life, Duration atMost) {
        Instant now = clock.instant();
        Token token = new Token(
                "hvs." + Secret.random(24).reveal(), granted, life, now.plus(life), now.plus(atMost), life.isZero());
        tokens.put(token.id(), token);
        return token;
    }

    void admit(String id, List<String> granted) {
        tokens.put(id, new Token(id, granted, Duration.ZERO, Instant.MAX, Instant.MAX, true));
    }

    Token log(String mount, String role, Map<String, String> given) {
        Login login = logins.get(mount + "/" + role);
        if (login == null || !login.fields().equals(given)) {
            throw new VaultError(
                    400,
                    mount.equals("kubernetes") ? "invalid role name \"" + role + "\"" : "invalid role or secret ID");
        }
        return issue(login.policies(), login.life(), login.atMost());
    }

    /** @throws VaultError when nobody has this token (any more) */
    Token known(String id) {
        if (id.isEmpty()) {
            throw new VaultError(400, "missing client token");
        }
        Token token = tokens.get(id);
        if (token == null || !token.endless() && !clock.instant().isBefore(token.ends())) {
            throw VaultError.denied();
        }
        return token;
    }

    long secondsLeft(Token token) {
        return token.endless()
                ? 0
                : Duration.between(clock.instant(), token.ends()).toSeconds();
    }

    boolean renewable(Token token) {
        return !token.endless() && token.ends().isBefore(token.atMost());
    }

    Token renew(Token token) {
        if (token.endless()) {
            throw new VaultError(400, "lease is not renewable");
        }
        Instant wanted = clock.instant().plus(token.life());
        Instant ends = wanted.isAfter(token.atMost()) ? token.atMost() : wanted;
        Token longer = new Token(token.id(), token.policies(), token.life(), ends, token.atMost(), false);
        tokens.put(token.id(), longer);
        return longer;
    }

    void revoke(String id) {
        tokens.remove(id);
    }

    void require(Token token, String path, String capability) {
        Set<String> allowed = capabilities(token, path);
        if (!allowed.contains("root") && !allowed.contains(capability)) {
            throw VaultError.denied();
        }
    }

    /** Whether some policy of the token names anything that begins with {@code path}. */
    boolean mayAnything(Token token, String path) {
        return token.policies().stream()
                .anyMatch(policy -> policy.equals("root")
                        || policies.getOrDefault(policy, List.of()).stream()
                                .anyMatch(rule -> rule.path().startsWith(path)));
    }

    /** {@code deny} when there is none. */
    Set<String> capabilities(Token token, String path) {
        Set<String> all = new TreeSet<>();
        for (String policy : token.policies()) {
            if (policy.equals("root")) {
                return Set.of("root");
            }
            policies.getOrDefault(policy, List.of()).stream()
                    .filter(rule -> rule.covers(path))
                    .forEach(rule -> all.addAll(rule.capabilities()));
        }
        // What Vault's policy `default` gives to every token.
        if (Set.of("auth/token/lookup-self", "auth/token/renew-self", "sys/capabilities-self")
                .contains(path)) {
            all.addAll(Set.of("read", "update"));
        }
        return all.isEmpty() ? Set.of("deny") : all;
    }
}
