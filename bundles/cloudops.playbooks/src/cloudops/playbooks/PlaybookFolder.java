package cloudops.playbooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import cloudops.playbooks.internal.PlaybookSet;

/** The playbooks of a folder, or of a single file, as they were when this was made: a clone of a repository, or one being written. */
public final class PlaybookFolder implements PlaybookRepository {

    private final PlaybookSet playbooks;

    /**
     * @param path folder with {@code *.yaml} files, or one file
     * @throws IOException when it cannot be read; a file that is no good playbook is {@link #rejected()} instead
     */
    public PlaybookFolder(Path path) throws IOException {
        var texts = new TreeMap<String, byte[]>();
        if (Files.isDirectory(path)) {
            try (var files = Files.newDirectoryStream(path, "*.yaml")) {
                for (var file : files) {
                    texts.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        } else {
            texts.put(path.getFileName().toString(), Files.readAllBytes(path));
        }
        playbooks = PlaybookSet.read(texts);
    }

    @Override
    public List<Playbook> all() {
        return playbooks.all();
    }

    @Override
    public Optional<Playbook> find(String id) {
        return playbooks.find(id);
    }

    @Override
    public List<BadPlaybook> rejected() {
        return playbooks.rejected();
    }

    /** {@code sha256:} and the digest of all files. */
    @Override
    public String revision() {
        return playbooks.digest();
    }
}
