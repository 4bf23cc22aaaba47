package dev.sallyport.cli.rds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.access.Entitlement;
import dev.sallyport.cli.local.Home;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The local port of each database and role, the same each time: as the database says; else the one that was used before; else one
 * that is made of its id. What was made is remembered, so that two databases never take turns with one port.
 */
final class LocalPorts {

    private static final int FIRST_POSTGRES = 15_432;
    private static final int FIRST_MYSQL = 13_306;
    /** As many ports as there are for each of the two. */
    private static final int RANGE = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home folder;

    LocalPorts(Path folder) {
        this.folder = new Home(folder);
    }

    int of(Entitlement entitlement) {
        if (entitlement.localPort().isPresent()) {
            return entitlement.localPort().getAsInt();
        }
        String key = entitlement.role() + "@" + entitlement.target();
        Map<String, Integer> remembered = remembered();
        Integer known = remembered.get(key);
        if (known != null) {
            return known;
        }
        int port = made(entitlement.engine(), key, new HashSet<>(remembered.values()));
        remember(remembered, key, port);
        return port;
    }

    static int made(String engine, String key, Set<Integer> taken) {
        int first = engine.equals("postgres") ? FIRST_POSTGRES : FIRST_MYSQL;
        CRC32 hash = new CRC32();
        hash.update(key.getBytes(UTF_8));
        int start = (int) (hash.getValue() % RANGE);
        for (int step = 0; step < RANGE; step++) {
            int port = first + (start + step) % RANGE;
            if (!taken.contains(port)) {
                return port;
            }
        }
        return first + start;
    }

    /** Notes that cannot be read are begun anew: no port is worth an error. */
    private Map<String, Integer> remembered() {
        return folder.read(file())
                .map(text -> {
                    try {
                        return JSON.readValue(text, new TypeReference<LinkedHashMap<String, Integer>>() {});
                    } catch (JsonProcessingException damaged) {
                        return new LinkedHashMap<String, Integer>();
                    }
                })
                .orElseGet(LinkedHashMap::new);
    }

    private void remember(Map<String, Integer> remembered, String key, int port) {
        while (remembered.size() >= RANGE) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        remembered.put(key, port);
        try {
            folder.folder(".");
            folder.writePrivately(file(), JSON.writeValueAsString(remembered));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ports have no JSON form", e);
        }
    }

    private Path file() {
        return folder.directory().resolve("ports.json");
    }
}
