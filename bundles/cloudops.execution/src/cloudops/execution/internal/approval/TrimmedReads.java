package cloudops.execution.internal.approval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import cloudops.execution.Command;
import cloudops.json.Json;

/**
 * Sensitive reads that the program itself may do, as it never sees what is sensitive about them: the text {@code aws-trimmed-reads.txt}, whose
 * head explains the format. Immutable.
 */
final class TrimmedReads {

    static final String RESOURCE = "aws-trimmed-reads.txt";

    private static final Pattern PATH = Pattern.compile("\\w+(\\.(\\w+|\\*))*");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private final Map<String, Trim> trims = new HashMap<>();

    /** @throws IllegalStateException naming the line, if it is not {@code service operation paths…} or says something twice */
    TrimmedReads(String text) {
        var mapper = Json.forgetful();
        int number = 0;
        for (var line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                var words = Arrays.asList(line.strip().split(" +"));
                var paths = words.subList(Math.min(2, words.size()), words.size());
                if (paths.isEmpty() || !paths.stream().allMatch(path -> PATH.matcher(path).matches())) {
                    throw broken(number, "not of the form: service operation paths...");
                }
                if (trims.put(words.get(0) + " " + words.get(1), new Trim(mapper, paths)) != null) {
                    throw broken(number, words.get(0) + " " + words.get(1) + " is there twice");
                }
            }
        }
    }

    /**
     * What to cut out of a command's answer, so that the program may do it.
     *
     * @return empty when no line names it, or when its arguments could give the answer another form than the one that is cut
     */
    Optional<Trim> of(Command command) {
        return switch (command) {
            case Command.AwsCli cli when answersWhole(cli.args()) -> find(cli.service(), cli.operation());
            case Command.AwsSdk sdk -> find(sdk.service(), sdk.operation());
            default -> Optional.empty();
        };
    }

    /** By service and operation. */
    Map<String, Trim> all() {
        return Map.copyOf(trims);
    }

    private Optional<Trim> find(String service, String operation) {
        return Optional.ofNullable(trims.get(service + " " + operation));
    }

    /** Whether there is nothing but the parameters of the API, the size of a page and time limits: {@code --query} or {@code --output} change the answer. */
    private static boolean answersWhole(List<String> args) {
        for (int i = 0; i < args.size(); i += 2) {
            var value = i + 1 < args.size() ? args.get(i + 1) : "";
            boolean harmless = switch (args.get(i)) {
                case "--cli-input-json" -> value.startsWith("{");
                case "--page-size", "--cli-connect-timeout", "--cli-read-timeout" -> DIGITS.matcher(value).matches();
                default -> false;
            };
            if (!harmless) {
                return false;
            }
        }
        return true;
    }

    private static IllegalStateException broken(int number, String why) {
        return new IllegalStateException(RESOURCE + ", line " + number + ": " + why);
    }
}
