package cloudops.playbooks;

import java.util.List;
import java.util.Optional;

/** The playbooks there are. Thread-safe. */
public interface PlaybookRepository {

    /** All valid playbooks, sorted by ID. */
    List<Playbook> all();

    Optional<Playbook> find(String id);

    /** Playbooks that were left out. */
    List<BadPlaybook> rejected();

    /** What the playbooks were read from: a Git commit, or the product's version for the shipped ones. */
    String revision();

    /** @param file where @param line 1-based; 0 when it is about the whole file @param message what is wrong and how to mend it */
    record BadPlaybook(String file, int line, String message) {
    }
}
