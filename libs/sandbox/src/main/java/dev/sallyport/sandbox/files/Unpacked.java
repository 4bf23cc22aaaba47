package dev.sallyport.sandbox.files;

import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.process.FolderLock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Server binaries that come inside jars, unpacked once per machine into a cache folder. Several processes may ask at once:
 * one unpacks, the others wait. A folder appears under its name only when it is whole.
 */
public final class Unpacked {

    private final Path cache;

    private Unpacked(Path cache) {
        this.cache = cache;
    }

    /** In {@code $XDG_CACHE_HOME/sallyport}, or {@code ~/.cache/sallyport}. */
    public static Unpacked inUserCache() {
        String named = System.getenv("XDG_CACHE_HOME");
        Path base =
                named != null && !named.isBlank() ? Path.of(named) : Path.of(System.getProperty("user.home"), ".cache");
        return new Unpacked(base.resolve("sallyport"));
    }

    /** In a folder of your own. */
    public static Unpacked in(Path cache) {
        return new Unpacked(cache);
    }

    /** The folder {@code name} with what the tar archive {@code resource} (.txz or .tar.gz) holds. */
    public Path archive(String name, String resource) {
        return once(name, folder -> unpack(open(resource), resource, folder));
    }

    /** The same for an archive in a jar that is not on the class path. */
    public Path archive(String name, Path jar, String entry) {
        return once(name, folder -> {
            try (FileSystem files = FileSystems.newFileSystem(jar)) {
                unpack(Files.newInputStream(files.getPath(entry)), entry, folder);
            }
        });
    }

    /** The folder {@code name} with the tree below {@code prefix} of the jar, or folder, that holds it. */
    public Path tree(String name, String prefix, List<String> executables) {
        return once(name, folder -> {
            URL found = Unpacked.class.getClassLoader().getResource(prefix);
            if (found == null) {
                throw new CannotStart(prefix + " is not on the class path");
            }
            URI uri = URI.create(found.toString());
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    copy(jar.getPath(prefix), folder);
                }
            } else {
                copy(Path.of(uri), folder);
            }
            for (String executable : executables) {
                Path file = folder.resolve(executable);
                if (Files.exists(file)) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        });
    }

    private Path once(String name, Filling filling) {
        Path folder = cache.resolve(name);
        return Files.isDirectory(folder) ? folder : FolderLock.in(cache, () -> unpacked(name, folder, filling));
    }

    private Path unpacked(String name, Path folder, Filling filling) {
        try {
            if (!Files.isDirectory(folder)) {
                Path fresh = Files.createTempDirectory(cache, "." + name);
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
                filling.fill(fresh);
                Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            return folder;
        } catch (IOException e) {
            throw new CannotStart("cannot unpack " + name + " into " + cache + ": " + e.getMessage(), e);
        }
    }

    private static void unpack(InputStream archive, String name, Path folder) throws IOException {
        try (InputStream raw = new BufferedInputStream(archive);
                TarArchiveInputStream tar = new TarArchiveInputStream(
                        name.endsWith("xz") ? new XZCompressorInputStream(raw) : new GzipCompressorInputStream(raw))) {
            unpack(tar, folder);
        }
    }

    private static void unpack(TarArchiveInputStream tar, Path folder) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path file = folder.resolve(entry.getName()).normalize();
            if (!file.startsWith(folder)) {
                throw new IOException("the archive leaves its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(file.getParent());
                Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            } else if (entry.isFile()) {
                Files.createDirectories(file.getParent());
                Files.copy(tar, file);
                Files.setPosixFilePermissions(file, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = new HashSet<>(PosixFilePermissions.fromString("rw-r--r--"));
        if ((mode & 0100) != 0) {
            set.addAll(PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return set;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static InputStream open(String resource) {
        InputStream stream = Unpacked.class.getClassLoader().getResourceAsStream(resource);
        if (stream == null) {
            throw new CannotStart(resource + " is not on the class path");
        }
        return stream;
    }

    /** Fills an empty folder. */
    @FunctionalInterface
    private interface Filling {
        void fill(Path folder) throws IOException;
    }
}
