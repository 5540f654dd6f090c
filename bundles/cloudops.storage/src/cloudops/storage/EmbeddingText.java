package cloudops.storage;

import static java.util.stream.Collectors.joining;

import java.util.StringJoiner;
import java.util.regex.Pattern;

import cloudops.model.AwsResource;
import cloudops.storage.internal.Regions;
import cloudops.storage.internal.Words;

/** What a resource says to the embedding model. Kept beside the search, whose queries must be near to it. */
public final class EmbeddingText {

    /** The end of EC2's IDs, 8 or 17 digits (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html); 8 decimal ones are a date. */
    private static final Pattern SERIAL = Pattern.compile("-([0-9a-f]{17}|(?=[0-9]*[a-f])[0-9a-f]{8})$");

    private EmbeddingText() {
    }

    /**
     * The words that a person would use for {@code resource}: its kind (with the engine, where it has one), its name whole and in words,
     * its type, its tags, its region and the city of the region.
     *
     * <p>Nothing that changes from scan to scan, such as the state. Not the digits of an ID that AWS gave, and a number of the name once: they
     * mean nothing, and the search finds them letter by letter. No dots, and nothing twice that the model, which knows no upper case, takes for
     * the same. Meaning is found a little better so, and in three quarters of the time.
     *
     * @param typeLabel the type for people: {@code RDS database instance}
     */
    public static String of(AwsResource resource, String typeLabel) {
        var text = new StringJoiner(" ");
        text.add(resource.metadata().get("engine") instanceof String engine ? typeLabel + " " + engine : typeLabel);
        var name = SERIAL.matcher(resource.name()).replaceFirst("");
        text.add(name);
        var words = Words.of(name).stream().filter(word -> word.codePoints().anyMatch(Character::isLetter)).collect(joining(" "));
        if (!words.isEmpty() && !words.equalsIgnoreCase(name)) {
            text.add(words);
        }
        var type = resource.resourceType().replace('_', ' ');
        if (!type.equalsIgnoreCase(typeLabel)) {
            text.add(type);
        }
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
