package cloudops.cli.internal;

import java.util.List;
import java.util.Map;

import cloudops.storage.ResourceFilter;
import picocli.CommandLine.Option;

/** The options that narrow a list or a search. */
final class FilterOptions {

    @Option(names = "--account", split = ",", paramLabel = "ACCOUNT", description = "Account IDs or names.")
    private List<String> accounts = List.of();

    @Option(names = "--region", split = ",", paramLabel = "REGION", description = "AWS regions.")
    private List<String> regions = List.of();

    @Option(names = "--service", split = ",", paramLabel = "SERVICE", description = "AWS services: ec2, rds, s3 …")
    private List<String> services = List.of();

    @Option(names = "--type", split = ",", paramLabel = "TYPE", description = "Resource types: ec2_instance, rds_instance …")
    private List<String> types = List.of();

    @Option(names = "--state", split = ",", paramLabel = "STATE", description = "States as AWS says them: running, available …")
    private List<String> states = List.of();

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag the resource must have; repeatable.")
    private Map<String, String> tags = Map.of();

    ResourceFilter filter() {
        return new ResourceFilter(accounts, regions, services, types, states, tags);
    }
}
