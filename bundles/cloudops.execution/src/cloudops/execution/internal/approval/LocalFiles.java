package cloudops.execution.internal.approval;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import cloudops.execution.Command;
import cloudops.execution.internal.process.CliOption;

/** Which calls of the AWS CLI read or write files of this machine that their arguments name plainly, without {@code file://}. Immutable. */
final class LocalFiles {

    private static final String S3_ADDRESS = "s3://";
    /** Commands with two places, either of which may be a file or a folder; see {@code aws s3 cp help}. */
    private static final Set<String> S3_TRANSFERS = Set.of("cp", "mv", "sync");
    /** May stand in front of the places. */
    private static final List<String> S3_GLOBALS = List.of("--region", "--profile", "--output");

    private final Set<String> writers = new HashSet<>();
    /** By service and operation; without any where the call uses files whatever its options. */
    private final Map<String, List<String>> options = new HashMap<>();

    LocalFiles() {
        for (var words : lines("aws-file-writers.txt")) {
            words.subList(1, words.size()).forEach(operation -> writers.add(words.getFirst() + ' ' + operation));
        }
        for (var words : lines("aws-file-options.generated.txt")) {
            options.put(words.get(0) + ' ' + words.get(1), words.subList(2, words.size()));
        }
    }

    private static List<List<String>> lines(String name) {
        return OperationTable.text(name).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> List.of(line.strip().split("\\s+"))).toList();
    }

    /** For people, to be read after "but it". */
    Optional<String> use(Command.AwsCli cli) {
        var call = cli.service() + ' ' + cli.operation();
        if (writers.contains(call)) {
            return Optional.of("writes a local file");
        }
        var naming = options.get(call);
        boolean named = naming != null && (naming.isEmpty()
                || cli.args().stream().map(CliOption::parse).anyMatch(argument -> naming.stream().anyMatch(argument::means)));
        boolean transfer = cli.service().equals("s3") && S3_TRANSFERS.contains(cli.operation()) && !isWithinS3(cli.args());
        return named || transfer ? Optional.of("reads or writes local files") : Optional.empty();
    }

    /** Whether both places are seen to be in S3: two addresses side by side, before any option that one of them could be the value of. */
    private static boolean isWithinS3(List<String> args) {
        int first = 0;
        while (first + 2 < args.size() && S3_GLOBALS.contains(args.get(first))) {
            first += 2;
        }
        return first + 1 < args.size() && args.get(first).startsWith(S3_ADDRESS) && args.get(first + 1).startsWith(S3_ADDRESS);
    }
}
