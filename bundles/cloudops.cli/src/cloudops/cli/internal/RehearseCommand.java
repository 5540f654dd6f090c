package cloudops.cli.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import cloudops.embedding.Embedder;
import cloudops.model.AwsResource;
import cloudops.storage.EmbeddingText;
import cloudops.storage.EstateStorage;
import cloudops.storage.EstateStorage.Embedded;
import cloudops.storage.ResourceFilter;
import picocli.CommandLine.Command;

/**
 * {@code cloudops rehearse}: for the build. It makes a home with something to find; a search there then uses what a user's search uses, and
 * the JVM archives the classes of that.
 */
@Command(name = "rehearse", hidden = true, description = "Fills an empty home with a few made-up resources: for the build, not for users.")
final class RehearseCommand implements Callable<Integer> {

    private static final int RESOURCES = 20;

    private final Cli cli;

    RehearseCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var storage = cli.service(EstateStorage.class);
        if (storage.count(ResourceFilter.ALL) > 0) {
            throw new CliException(ExitCode.USAGE, "this home has resources already, and made-up ones would be among them", "another home (--home)");
        }
        var resources = IntStream.range(0, RESOURCES).mapToObj(RehearseCommand::resource).toList();
        var vectors = cli.service(Embedder.class).embed(resources.stream().map(each -> EmbeddingText.of(each, "EC2 instance")).toList());
        var embedded = new ArrayList<Embedded>();
        for (int i = 0; i < RESOURCES; i++) {
            embedded.add(new Embedded(resources.get(i), vectors.get(i)));
        }
        storage.upsert(embedded);
        storage.search("web server", ResourceFilter.ALL, RESOURCES); // leaves the index of words on disk
        return ExitCode.DONE;
    }

    private static AwsResource resource(int number) {
        var app = List.of("billing", "checkout", "payments", "mail").get(number % 4);
        return new AwsResource("ec2_instance", "i-" + number, "000000000000", "rehearsal", "eu-central-1", "ec2",
                "arn:aws:ec2:eu-central-1:000000000000:instance/i-" + number, app + "-web-" + number, "running", Map.of("team", app), Instant.EPOCH, null,
                null, Map.of("instance_type", "t3.micro"));
    }
}
