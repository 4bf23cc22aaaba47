package dev.sallyport.cli.local;

import dev.sallyport.sandbox.process.FreePort;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who listens where: the port of the last time when it is still free, else the preferred one, else the next above. */
final class Ports {

    static final String ISSUER = "issuer";
    static final String WEBHOOKS = "webhooks";
    static final String VAULT = "vault";
    static final String CHAT = "chat";
    static final String PROXY_POSTGRES = "proxy-postgres";
    static final String PROXY_MYSQL = "proxy-mysql";
    static final String PROXY_TUNNEL = "proxy-tunnel";
    static final String PROXY_TUNNEL_PLAIN = "proxy-tunnel-plain";

    private static final Map<String, Integer> EXTRA = Map.of(
            ISSUER, 8010,
            WEBHOOKS, 8015,
            VAULT, 8200,
            CHAT, 8016,
            PROXY_POSTGRES, 7432,
            PROXY_MYSQL, 7306,
            PROXY_TUNNEL, 7443,
            PROXY_TUNNEL_PLAIN, 7080);

    private final Map<String, Integer> ports = new LinkedHashMap<>();

    /** Chooses for parts that are about to start; {@code running} ones keep the port they have. */
    static Ports choose(Map<String, Integer> before, java.util.Set<String> running) {
        Ports chosen = new Ports();
        for (PartName part : PartName.values()) {
            chosen.choose(part.label(), part.preferredPort(), before, running);
        }
        EXTRA.forEach((name, preferred) -> chosen.choose(name, preferred, before, running));
        return chosen;
    }

    int of(PartName part) {
        return of(part.label());
    }

    int of(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port is called " + name);
        }
        return port;
    }

    Map<String, Integer> all() {
        return Map.copyOf(ports);
    }

    private void choose(String name, int preferred, Map<String, Integer> before, java.util.Set<String> running) {
        Integer last = before.get(name);
        if (last != null && (running.contains(owner(name)) || FreePort.free(last))) {
            ports.put(name, last);
            return;
        }
        int port = FreePort.from(preferred);
        while (ports.containsValue(port)) {
            port = FreePort.from(port + 1);
        }
        ports.put(name, port);
    }

    /** The part that listens on the port of this name. */
    private static String owner(String name) {
        return switch (name) {
            case ISSUER, WEBHOOKS, VAULT, CHAT -> PartName.STAND_INS.label();
            case PROXY_POSTGRES, PROXY_MYSQL, PROXY_TUNNEL, PROXY_TUNNEL_PLAIN -> PartName.DB_PROXY.label();
            default -> name;
        };
    }
}
