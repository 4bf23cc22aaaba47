package dev.sallyport.sandbox.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.files.StateFile;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Vault at {@code /v1/…}, as its HTTP API reference has it, for the paths that are used here: it answers no other. What is in
 * the KV engines survives a restart, in a file that only its owner can read; tokens and policies are given at each start.
 */
public final class VaultStandIn implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UI_MOUNTS = "sys/internal/ui/mounts/";

    private final StateFile file;
    private final VaultTokens tokens;
    private final InstantSource clock;
    private final LoopbackServer server;
    private final boolean encrypted;
    /** What the file holds, those of engines too that are not mounted this time. */
    private final Map<String, Map<String, List<KvEngine.Version>>> kept;

    private final Map<String, KvEngine> mounts = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private String namespace = "";
    private boolean sealed;
    private int failing = -1;
    private int losing = -1;
    private int throttled;
    private Duration retryAfter = Duration.ZERO;
    private final Map<String, Runnable> interjections = new HashMap<>();

    /**
     * @param folder where the secrets are kept
     * @param port 0 for a free one
     * @param tls plain HTTP when empty
     */
    public VaultStandIn(Path folder, int port, Optional<ServerCertificate> tls, InstantSource clock) {
        this.file = new StateFile(folder.resolve("vault.json"));
        this.kept = new TreeMap<>(file.read(new TypeReference<Map<String, Map<String, List<KvEngine.Version>>>>() {})
                .orElse(Map.of()));
        this.clock = clock;
        this.tokens = new VaultTokens(clock);
        this.encrypted = tls.isPresent();
        this.server = new LoopbackServer(port, tls.map(ServerCertificate::sslContext), this::handle);
    }

    public String address() {
        return (encrypted ? "https://localhost:" : "http://127.0.0.1:") + server.port();
    }

    /** Enables a KV engine. @param casRequired whether writes need check-and-set */
    public synchronized void mount(String path, int version, boolean casRequired) {
        KvEngine engine = new KvEngine(version, casRequired);
        kept.getOrDefault(path, Map.of())
                .forEach((name, versions) -> engine.secrets().put(name, new ArrayList<>(versions)));
        mounts.put(path, engine);
    }

    /** Everything is in this namespace from now on. */
    public synchronized void namespace(String name) {
        namespace = name;
    }

    public synchronized void policy(String name, String path, String... capabilities) {
        tokens.policy(name, path, capabilities);
    }

    /** @param life zero for one without an end */
    public synchronized Secret token(Duration life, Duration atMost, String... policies) {
        return Secret.of(tokens.issue(List.of(policies), life, atMost).id());
    }

    /** Lets in who has {@code token}, without an end. */
    public synchronized void admit(Secret token, String... policies) {
        tokens.admit(token.reveal(), List.of(policies));
    }

    public synchronized void revoke(Secret token) {
        tokens.revoke(token.reveal());
    }

    /** Returns the role's id. */
    public synchronized String appRole(
            String mount, Secret secretId, Duration life, Duration atMost, String... policies) {
        String roleId = "role-" + Secret.random(20).reveal();
        tokens.login(
                mount,
                roleId,
                new VaultTokens.Login(Map.of("secret_id", secretId.reveal()), List.of(policies), life, atMost));
        return roleId;
    }

    public synchronized void kubernetes(String mount, String role, Secret jwt, Duration life, String... policies) {
        tokens.login(mount, role, new VaultTokens.Login(Map.of("jwt", jwt.reveal()), List.of(policies), life, life));
    }

    public synchronized void seal() {
        sealed = true;
    }

    public synchronized void unseal() {
        sealed = false;
    }

    /** The call behind {@code good} more ones is answered with 500, and so are all that follow, until {@code good} is negative. */
    public synchronized void failAfter(int good) {
        failing = good;
    }

    /** Like {@link #failAfter}, but the calls are done and only their answers are lost: the connection ends instead. */
    public synchronized void loseAnswersAfter(int good) {
        losing = good;
    }

    /** The next {@code calls} are over the rate limit quota (HTTP API reference, "Rate Limit Quotas"). */
    public synchronized void throttle(int calls, Duration retryAfter) {
        throttled = calls;
        this.retryAfter = retryAfter;
    }

    /** Once, before the call of that method and path is answered, {@code somebody} does something. */
    public synchronized void interject(String call, Runnable somebody) {
        interjections.put(call, somebody);
    }

    /** Method and path of what was asked, the oldest first. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** What a reader of the path finds; empty when there is nothing. */
    public synchronized Optional<JsonNode> secret(String mount, String name) {
        KvEngine engine = mounts.get(mount);
        return engine == null || !engine.secrets().containsKey(name)
                ? Optional.empty()
                : Optional.ofNullable(engine.secrets().get(name).getLast().data());
    }

    /** Writes as somebody else would, over whatever is there. */
    public synchronized void put(String mount, String name, Map<String, String> entries) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        KvEngine engine = mounts.get(mount);
        if (engine == null) {
            throw new IllegalArgumentException("no engine at " + mount);
        }
        ObjectNode data = engine.engineVersion() == 2 ? body.putObject("data") : body;
        if (engine.engineVersion() == 2) {
            body.putObject("options").put("cas", engine.lastVersion(name));
        }
        entries.forEach(data::put);
        engine.write(name, body, clock.instant());
        keep();
    }

    @Override
    public void close() {
        server.close();
    }

    private synchronized Reply handle(Request request) throws IOException {
        String call = request.method() + " " + request.path();
        calls.add(call);
        Optional.ofNullable(interjections.remove(call)).ifPresent(Runnable::run);
        try {
            if (throttled > 0) {
                throttled--;
                return new Reply(
                        429,
                        Map.of(
                                "Content-Type",
                                "application/json",
                                "Retry-After",
                                String.valueOf(retryAfter.toSeconds())),
                        "{\"errors\":[\"request path: rate limit quota exceeded\"]}".getBytes(StandardCharsets.UTF_8));
            }
            if (failing == 0) {
                throw new VaultError(500, "internal error");
            }
            failing = failing > 0 ? failing - 1 : failing;
            Reply answer = answer(request);
            if (losing == 0) {
                throw new IOException("the answer is lost on purpose");
            }
            losing = losing > 0 ? losing - 1 : losing;
            return answer;
        } catch (VaultError e) {
            ArrayNode errors = JsonNodeFactory.instance.arrayNode();
            if (!String.valueOf(e.getMessage()).isEmpty()) {
                errors.add(e.getMessage());
            }
            return Reply.json(
                    e.status(),
                    JsonNodeFactory.instance.objectNode().set("errors", errors).toString());
        }
    }

    private Reply answer(Request request) {
        if (!request.path().startsWith("/v1/")) {
            throw new VaultError(404, "");
        }
        String path = request.path().substring("/v1/".length());
        if (path.equals("sys/health") || path.equals("sys/seal-status")) {
            return Reply.json(
                    sealed && path.equals("sys/health") ? 503 : 200,
                    "{\"initialized\":true,\"sealed\":" + sealed + "}");
        }
        if (sealed) {
            throw new VaultError(503, "Vault is sealed");
        }
        String asked = request.header("X-Vault-Namespace").replaceAll("/$", "");
        if (!asked.equals(namespace)) {
            throw asked.isEmpty() ? VaultError.denied() : VaultError.noRoute(path);
        }
        if (path.startsWith("auth/")
                && path.endsWith("/login")
                && request.method().equals("POST")) {
            return login(path.substring("auth/".length(), path.length() - "/login".length()), path, body(request));
        }
        return asSomebody(request, path, tokens.known(request.header("X-Vault-Token")));
    }

    private Reply login(String mount, String path, JsonNode body) {
        if (!tokens.mounted(mount)) {
            throw VaultError.noRoute(path);
        }
        Map<String, String> given = new HashMap<>();
        body.properties()
                .forEach(field -> given.put(field.getKey(), field.getValue().asText()));
        String role = Optional.ofNullable(given.remove("role_id"))
                .or(() -> Optional.ofNullable(given.remove("role")))
                .orElse("");
        return auth(tokens.log(mount, role, given));
    }

    private Reply auth(VaultTokens.Token token) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode auth = answer.putObject("auth");
        auth.put("client_token", token.id());
        auth.put("lease_duration", tokens.secondsLeft(token));
        auth.put("renewable", tokens.renewable(token));
        token.policies().forEach(auth.putArray("policies")::add);
        return Reply.json(200, answer.toString());
    }

    private Reply asSomebody(Request request, String path, VaultTokens.Token token) {
        return switch (request.method() + " " + path) {
            case "GET auth/token/lookup-self" -> {
                ObjectNode answer = JsonNodeFactory.instance.objectNode();
                answer.putObject("data")
                        .put("ttl", tokens.secondsLeft(token))
                        .put("renewable", tokens.renewable(token));
                yield Reply.json(200, answer.toString());
            }
            case "POST auth/token/renew-self" -> auth(tokens.renew(token));
            case "POST sys/capabilities-self" -> capabilities(token, body(request));
            default ->
                path.startsWith(UI_MOUNTS) && request.method().equals("GET")
                        ? mounted(token, path.substring(UI_MOUNTS.length()))
                        : kv(request, path, token);
        };
    }

    /** Told to whoever may do anything in the mount; to all others it is as if there was none. */
    private Reply mounted(VaultTokens.Token token, String mount) {
        KvEngine engine = mounts.get(mount);
        if (engine == null || !tokens.mayAnything(token, mount + "/")) {
            throw new VaultError(
                    403,
                    "preflight capability check returned 403, please ensure client's policies grant access to path \""
                            + mount + "/\"");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode data = answer.putObject("data");
        data.put("path", mount + "/").put("type", "kv");
        data.putObject("options").put("version", String.valueOf(engine.engineVersion()));
        return Reply.json(200, answer.toString());
    }

    private Reply capabilities(VaultTokens.Token token, JsonNode body) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode data = answer.putObject("data");
        for (JsonNode path : body.path("paths")) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            tokens.capabilities(token, path.asText()).forEach(list::add);
            data.set(path.asText(), list);
            answer.set(path.asText(), list);
        }
        return Reply.json(200, answer.toString());
    }

    private Reply kv(Request request, String path, VaultTokens.Token token) {
        Map.Entry<String, KvEngine> mount = mounts.entrySet().stream()
                .filter(known -> path.startsWith(known.getKey() + "/"))
                .findFirst()
                .orElseThrow(() -> VaultError.noRoute(path));
        KvEngine engine = mount.getValue();
        String rest = path.substring(mount.getKey().length() + 1);
        boolean metadata = engine.engineVersion() == 2 && rest.startsWith("metadata/");
        if (engine.engineVersion() == 2 && !metadata && !rest.startsWith("data/")) {
            throw new VaultError(404, "");
        }
        String name = engine.engineVersion() == 1 ? rest : rest.substring(rest.indexOf('/') + 1);
        return switch (request.method()) {
            case "GET" -> {
                tokens.require(token, path, "read");
                yield Reply.json(
                        engine.deleted(name) ? 404 : 200, engine.read(name).toString());
            }
            case "POST", "PUT" -> {
                tokens.require(token, path, engine.writeCapability(name));
                @Nullable ObjectNode written = engine.write(name, body(request), clock.instant());
                keep();
                yield written == null ? new Reply(204, Map.of(), new byte[0]) : Reply.json(200, written.toString());
            }
            case "DELETE" -> {
                tokens.require(token, path, "delete");
                if (metadata) {
                    engine.destroy(name);
                } else {
                    engine.delete(name, clock.instant());
                }
                keep();
                yield new Reply(204, Map.of(), new byte[0]);
            }
            default -> throw new VaultError(405, "unsupported operation");
        };
    }

    private static JsonNode body(Request request) {
        try {
            return JSON.readTree(request.text());
        } catch (JsonProcessingException e) {
            throw new VaultError(400, "failed to parse JSON input");
        }
    }

    private void keep() {
        mounts.forEach((path, engine) -> kept.put(path, engine.secrets()));
        file.write(kept);
    }
}
