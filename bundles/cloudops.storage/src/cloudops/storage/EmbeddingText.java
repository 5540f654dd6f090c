package cloudops.storage;

import java.util.StringJoiner;

import cloudops.model.AwsResource;
import cloudops.storage.internal.Regions;
import cloudops.storage.internal.Words;

/** What a resource says to the embedding model. Kept beside the search, whose queries must be near to it. */
public final class EmbeddingText {

    private EmbeddingText() {
    }

    /**
     * The words that a person would use for {@code resource}: its kind (with the engine, where it has one), its name whole and in words,
     * its tags, its region and the city of the region. Nothing that changes from scan to scan, such as the state.
     *
     * @param typeLabel the type for people: {@code RDS database instance}
     */
    public static String of(AwsResource resource, String typeLabel) {
        var text = new StringJoiner(". ");
        text.add(resource.metadata().get("engine") instanceof String engine ? typeLabel + " " + engine : typeLabel);
        text.add(resource.name());
        text.add(String.join(" ", Words.of(resource.name())));
        text.add(resource.resourceType().replace('_', ' '));
        // the Name tag is the name, and is there already
        resource.tags().forEach((tag, value) -> {
            if (!tag.equals("Name")) {
                text.add(tag + " " + value);
            }
        });
        text.add(Regions.place(resource.region()).map(place -> resource.region() + " " + place).orElse(resource.region()));
        return text.toString();
    }
}
