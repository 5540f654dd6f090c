package cloudops.playbooks.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

import cloudops.playbooks.Playbook;
import cloudops.playbooks.PlaybookRepository;

/** The playbooks that ship inside this bundle, in its folder {@code playbooks}. */
@Component
public final class YamlPlaybooks implements PlaybookRepository {

    private final PlaybookSet playbooks;
    private final String revision;

    /** @throws IOException when the bundle itself cannot be read */
    @Activate
    public YamlPlaybooks(BundleContext context) throws IOException {
        var texts = new TreeMap<String, byte[]>();
        var entries = context.getBundle().findEntries("playbooks", "*.yaml", false);
        if (entries != null) {
            for (var url : Collections.list(entries)) {
                try (var in = url.openStream()) {
                    texts.put(url.getPath().substring(url.getPath().lastIndexOf('/') + 1), in.readAllBytes());
                }
            }
        }
        playbooks = PlaybookSet.read(texts);
        revision = context.getBundle().getVersion().toString();
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

    @Override
    public String revision() {
        return revision;
    }
}
