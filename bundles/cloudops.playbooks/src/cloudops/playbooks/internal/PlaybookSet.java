package cloudops.playbooks.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import cloudops.playbooks.Playbook;
import cloudops.playbooks.PlaybookRepository.BadPlaybook;

/** What a number of files hold: good playbooks by ID, and what is wrong with the others. Immutable. */
public final class PlaybookSet {

    private static final Logger LOG = LoggerFactory.getLogger(PlaybookSet.class);

    private final Map<String, Playbook> byId;
    private final List<BadPlaybook> rejected;
    private final String digest;

    private PlaybookSet(Map<String, Playbook> byId, List<BadPlaybook> rejected, String digest) {
        this.byId = byId;
        this.rejected = List.copyOf(rejected);
        this.digest = digest;
    }

    /** @param files content by file name, in the order in which the first of two equal IDs wins */
    public static PlaybookSet read(SortedMap<String, byte[]> files) {
        var reader = new PlaybookReader();
        var byId = new TreeMap<String, Playbook>();
        var rejected = new ArrayList<BadPlaybook>();
        files.forEach((file, content) -> {
            switch (reader.read(file, content)) {
                case PlaybookReader.Bad bad -> rejected.addAll(bad.problems());
                case PlaybookReader.Good good -> {
                    if (byId.putIfAbsent(good.playbook().id(), good.playbook()) != null) {
                        rejected.add(new BadPlaybook(file, good.lineOfId(),
                                "the id '" + good.playbook().id() + "' is taken by another file; give this playbook one of its own"));
                    }
                }
            }
        });
        rejected.forEach(bad -> LOG.warn("playbook left out: {}:{}: {}", bad.file(), bad.line(), bad.message()));
        return new PlaybookSet(byId, rejected, digest(files));
    }

    public List<Playbook> all() {
        return List.copyOf(byId.values());
    }

    public Optional<Playbook> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    public List<BadPlaybook> rejected() {
        return rejected;
    }

    public String digest() {
        return digest;
    }

    private static String digest(SortedMap<String, byte[]> files) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            files.forEach((file, content) -> {
                sha.update((file + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                sha.update(content);
            });
            return "sha256:" + HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
