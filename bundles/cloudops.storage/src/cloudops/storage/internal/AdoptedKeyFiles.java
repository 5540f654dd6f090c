package cloudops.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import cloudops.storage.StorageException;

/**
 * Key files of a backup, put into a home that has none, and taken out again where that comes to nothing. The key file itself comes last, as with
 * it the home has a key, and never replaces one.
 */
final class AdoptedKeyFiles {

    private final KeyringFile keyring;
    private final Path home;
    private final List<Path> made = new ArrayList<>();

    AdoptedKeyFiles(Path home) {
        this.home = home;
        keyring = new KeyringFile(home);
    }

    /**
     * @param folder laid out as a home
     * @param files names below it
     * @return false when the home got a key in this moment: then nothing was put there
     */
    boolean install(Path folder, List<Path> files) throws IOException, StorageException {
        boolean done = false;
        try {
            for (var name : files) {
                var target = home.resolve(name);
                if (!target.equals(keyring.path())) {
                    put(Files.readAllBytes(folder.resolve(name)), target);
                }
            }
            done = keyring.createIfAbsent(Files.readAllBytes(folder.resolve(home.relativize(keyring.path()))));
            if (done) {
                made.add(keyring.path());
            }
            return done;
        } finally {
            if (!done) {
                remove();
            }
        }
    }

    private void put(byte[] contents, Path target) throws IOException, StorageException {
        boolean there = Files.exists(target);
        if (there && Arrays.equals(Files.readAllBytes(target), contents)) {
            return;
        }
        var draft = keyring.draft(contents);
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            if (!there) {
                made.add(target);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** The key file first: without it the home has no key, whatever else is left. */
    void remove() throws IOException {
        for (var file : made.reversed()) {
            Files.deleteIfExists(file);
        }
        if (!made.isEmpty()) {
            Durable.names(keyring.path().getParent());
            made.clear();
        }
    }
}
