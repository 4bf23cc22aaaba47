package dev.sallyport.secrets.vault;

import dev.sallyport.secrets.SecretStoreException;

/**
 * Where a secret is in a KV engine.
 *
 * @param mount of the engine
 * @param version of the engine, 1 or 2
 * @param name behind the mount, without the {@code data} of version 2
 */
record KvPath(String mount, int version, String name) {

    /** Beside the secret, so that one policy covers both. */
    private static final String PENDING = ".pending";

    private static final String DATA = "data/";

    /**
     * @param path {@code <mount>/<name>}; with version 2 also {@code <mount>/data/<name>}
     * @throws SecretStoreException when it is another mount's, or no path
     */
    static KvPath of(VaultSettings settings, String path) {
        String start = settings.mount() + "/";
        if (!VaultSettings.PATH.matcher(path).matches() || path.contains("..") || !path.startsWith(start)) {
            throw new SecretStoreException(
                    "'" + path + "' is no path in the mount '" + settings.mount() + "' (sallyport.vault.mount)", false);
        }
        String name = path.substring(start.length());
        if (settings.kvVersion() == 2 && name.startsWith(DATA)) {
            name = name.substring(DATA.length());
        }
        return new KvPath(settings.mount(), settings.kvVersion(), name);
    }

    /** Where its staged entries are. */
    KvPath pending() {
        return new KvPath(mount, version, name + PENDING);
    }

    /** Where its entries are read and written, as the API and policies name it. */
    String data() {
        return version == 2 ? mount + "/" + DATA + name : mount + "/" + name;
    }

    /** What is deleted so that nothing of it is left. */
    String whole() {
        return version == 2 ? mount + "/metadata/" + name : mount + "/" + name;
    }
}
