package cloudops.scanner.bench.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import cloudops.aws.proxy.ReplayProxy;
import cloudops.demo.Simulator;
import cloudops.json.Json;
import cloudops.model.bench.Benchmark;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.bench.internal.Subject.Took;

/**
 * Scans of a large estate, each in a process of its own on two cores, from the start of the process to its end, but for those of one {@code sync};
 * beside what people use instead, which only writes JSON. AWS is a simulator whose answers are replayed from memory, so that this product is measured
 * and not the simulator.
 */
@Component(service = Benchmark.class, property = Benchmark.NAME + "=scan")
public final class ScanBenchmark implements Benchmark {

    private static final String PROFILE = "bench";
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-2");
    private static final String FULL = "--cleanup-stale", INCREMENTAL = "--incremental";
    private static final int LARGER = 10, MOST_ROUNDS = 2, OF_SYNC = 5;
    /** Of so many buckets the CLI asks for details; of all it would take the better part of an hour. */
    private static final int BUCKETS_OF_CLI = 20;

    private final EstateScanner scanner;

    @Activate
    public ScanBenchmark(@Reference EstateScanner scanner) {
        this.scanner = scanner;
    }

    @Override
    public List<Measured> run(Path folder, int rounds, Consumer<String> progress) throws Exception {
        var counts = new TreeMap<String, Integer>();
        var services = new TreeSet<String>();
        readCounts(counts, services);
        progress.accept("Creating " + counts + " in a simulator");
        try (var simulator = Simulator.start()) {
            var subject = new Subject(folder, environment(folder), Cores.keep());
            subject.cores().caveat().ifPresent(progress);
            Files.writeString(folder.resolve("config"), "[profile " + PROFILE + "]\nregion = " + REGIONS.getFirst() + "\noutput = json\n");
            var key = Json.mapper().readTree(subject.python("seed.py", Map.of(), simulator.endpoint().toString(),
                    Json.mapper().writeValueAsString(Map.of("regions", REGIONS, "counts", counts))));
            Files.writeString(folder.resolve("credentials"), "[" + PROFILE + "]\naws_access_key_id = " + key.path(0).asText()
                    + "\naws_secret_access_key = " + key.path(1).asText() + "\n");
            try (var aws = new ReplayProxy(simulator.endpoint())) {
                return new Run(subject, aws, String.join(",", services), progress).measure(Math.min(rounds, MOST_ROUNDS));
            }
        }
    }

    /** What is in the estate, as far as there are scanners for it. */
    private void readCounts(Map<String, Integer> counts, TreeSet<String> services) throws IOException {
        try (var table = new BufferedReader(new InputStreamReader(ScanBenchmark.class.getResourceAsStream("estate.csv"), UTF_8))) {
            table.lines().skip(1).map(line -> line.split(",")).filter(row -> scanner.services().contains(row[1])).forEach(row -> {
                counts.put(row[0], Integer.valueOf(row[2]));
                services.add(row[1]);
            });
        }
    }

    private static Map<String, String> environment(Path folder) {
        return Map.of("AWS_CONFIG_FILE", folder.resolve("config").toString(), "AWS_SHARED_CREDENTIALS_FILE", folder.resolve("credentials").toString(),
                "AWS_PROFILE", PROFILE, "CLOUDOPS_PASSPHRASE", UUID.randomUUID().toString(), "JAVA_HOME", System.getProperty("java.home"));
    }

    /** One run with its simulated AWS. */
    private record Run(Subject subject, ReplayProxy aws, String services, Consumer<String> progress) {

        List<Measured> measure(int rounds) throws Exception {
            progress.accept("Asking the simulator everything once");
            var size = scan("warm").json().path("discovered").asInt();
            boto3();
            var results = new ArrayList<Measured>();
            double first = Double.MAX_VALUE, again = Double.MAX_VALUE, incremental = Double.MAX_VALUE, peak = 0;
            Took cpu = null;
            int permissions = 0;
            for (int round = 0; round < rounds; round++) {
                progress.accept("Scanning " + size + " resources, round " + (round + 1) + " of " + rounds);
                aws.forgetCalls();
                var fresh = scan("home-" + round);
                permissions = permissionCalls();
                cpu = cpu == null || fresh.seconds() < first ? fresh : cpu;
                first = Math.min(first, fresh.seconds());
                peak = Math.max(peak, fresh.peakMb());
                again = Math.min(again, unchanged("home-" + round, size, FULL));
                incremental = Math.min(incremental, unchanged("home-" + round, size, INCREMENTAL));
            }
            var of = " of " + size + " resources (" + services + ")";
            results.add(Measured.atMost(25, "scan" + of + " into an empty store", "", first, "s"));
            results.add(Measured.toKnow("its CPU time", "", cpu.cpu(), "s"));
            results.add(Measured.atMost(6, "scan again, unchanged", "", again, "s"));
            results.add(Measured.atMost(6, "scan again, unchanged, by sync, which goes on: median of " + OF_SYNC + " after its first", "",
                    bySync("home-0", size), "s"));
            results.add(Measured.toKnow("incremental scan, unchanged", "", incremental, "s"));
            results.add(Measured.atMost(700, "most memory of a scan", "", peak, "MiB"));
            results.addAll(peers(first));
            results.addAll(larger(size, peak, permissions));
            return results;
        }

        /** @return seconds */
        private double unchanged(String home, int size, String kind) throws IOException, InterruptedException {
            var took = scan(home, kind);
            if (took.json().path("unchanged").asInt() != size) {
                throw new IOException("what did not change was written again: " + took.json().path("upserted"));
            }
            return took.seconds();
        }

        /** @return seconds */
        private double bySync(String home, int size) throws IOException, InterruptedException {
            progress.accept("Scanning again " + (1 + OF_SYNC) + " times in one process");
            var settings = Json.mapper().writeValueAsString(Map.of("sync", Map.of("full", "1s", "incremental", "1d")));
            Files.writeString(Files.createDirectories(subject.folder().resolve(home)).resolve("settings.json"), settings);
            var scans = subject.watch("sync", home(home), Pattern.compile("^(\\d+ discovered, .*)"), 1 + OF_SYNC, product("sync"));
            var unchanged = Pattern.compile(size + " discovered, 0 written, " + size + " unchanged, 0 deleted in ([0-9.]+) s");
            var seconds = new ArrayList<Double>();
            for (var scan : scans.subList(1, scans.size())) {
                var took = unchanged.matcher(scan);
                if (!took.matches()) {
                    throw new IOException("sync found changes where there are none: " + scan);
                }
                seconds.add(Double.valueOf(took.group(1)));
            }
            seconds.sort(null);
            return seconds.get(seconds.size() / 2);
        }

        private Took scan(String home) throws IOException, InterruptedException {
            return scan(home, FULL);
        }

        private Took scan(String home, String kind) throws IOException, InterruptedException {
            var took = subject.run(home, home(home), product("scan", "--json", kind));
            if (!took.json().path("errors").isEmpty()) {
                throw new IOException("the scan had errors: " + took.json().path("errors"));
            }
            return took;
        }

        private Map<String, String> home(String name) {
            return Map.of("CLOUDOPS_HOME", subject.folder().resolve(name).toString());
        }

        private String[] product(String command, String... further) {
            var program = Path.of(System.getProperty("osgi.install.area").substring("file:".length())).resolve("cloudops");
            var estate = Stream.of(program.toString(), command, "--quiet", "--endpoint-url", aws.endpoint().toString(), "--profile", PROFILE,
                    "--region", String.join(",", REGIONS), "--service", services);
            return Stream.concat(estate, Stream.of(further)).toArray(String[]::new);
        }

        /** Ten times as much of everything, which takes ten times as long but no more memory, and no more questions about permissions. */
        private List<Measured> larger(int size, double peak, int calls) throws IOException, InterruptedException {
            aws.copies(LARGER);
            progress.accept("Scanning " + LARGER + " times as many");
            aws.forgetCalls();
            var took = scan("larger");
            int found = took.json().path("discovered").asInt();
            if (found != LARGER * size) {
                throw new IOException("found " + found + " of " + LARGER * size + " resources");
            }
            return List.of(Measured.toKnow("scan of " + found + " resources into an empty store", "", took.seconds(), "s"),
                    Measured.toKnow("most memory of that scan", "", took.peakMb(), "MiB"),
                    Measured.atMost(1.3, "most memory of that scan", "a tenth of the estate", took.peakMb() / peak, "x"),
                    Measured.toKnow("calls to IAM, scan of " + size, "", calls, "calls"),
                    Measured.toKnow("calls to IAM, scan of " + found, "", permissionCalls(), "calls"),
                    Measured.atMost(1, "calls to IAM, which grow with sets of actions, not with resources", "a tenth of the estate",
                            (double) permissionCalls() / calls, "x"));
        }

        private int permissionCalls() {
            return aws.calls().getOrDefault("iam", 0);
        }

        private List<Measured> peers(double ours) throws IOException, InterruptedException {
            progress.accept("Listing it all with boto3, then with the AWS CLI");
            double boto3 = boto3().seconds();
            var calls = cliCalls();
            double ten = cli(calls, 10), one = cli(calls, 1);
            var work = ", only writes JSON: " + calls.size() + " of the calls";
            return List.of(Measured.toKnow("boto3 with 10 threads, only writes JSON: all calls", "", boto3, "s"),
                    Measured.toKnow("xargs -P10 aws" + work, "", ten, "s"),
                    Measured.toKnow("AWS CLI, one call after the other" + work, "", one, "s"),
                    Measured.toKnow("the scan, with all that it stores", "boto3 with 10 threads", ours / boto3, "x"),
                    Measured.toKnow("the scan, with all that it stores", "xargs -P10 aws", ours / ten, "x"),
                    Measured.toKnow("the scan, with all that it stores", "AWS CLI, one by one", ours / one, "x"));
        }

        private Took boto3() throws IOException, InterruptedException {
            return subject.run("boto3", Map.of(), "python3", subject.unpacked("dump.py").toString(), aws.endpoint().toString(),
                    subject.folder().resolve("boto3.json").toString(), String.join(" ", REGIONS), services.replace(',', ' '));
        }

        private List<String> cliCalls() throws IOException, InterruptedException {
            var calls = new ArrayList<String>();
            var lists = Map.of("ec2", List.of("ec2 describe-instances", "ec2 describe-volumes"), "rds", List.of("rds describe-db-instances"), "lambda",
                    List.of("lambda list-functions"), "elb", List.of("elbv2 describe-load-balancers", "elb describe-load-balancers"));
            for (var service : services.split(",")) {
                for (var list : lists.getOrDefault(service, List.of())) {
                    REGIONS.forEach(region -> calls.add(list + " --region " + region));
                }
            }
            var buckets = subject.run("buckets", Map.of(), "aws", "s3api", "list-buckets", "--endpoint-url", aws.endpoint().toString()).json().path("Buckets");
            for (int i = 0; i < Math.min(BUCKETS_OF_CLI, buckets.size()); i++) {
                var bucket = " --bucket " + buckets.path(i).path("Name").asText();
                calls.add("s3api get-bucket-location" + bucket);
                calls.add("s3api get-bucket-tagging" + bucket);
            }
            return calls;
        }

        private double cli(List<String> calls, int atOnce) throws IOException, InterruptedException {
            var file = Files.write(subject.folder().resolve("calls.txt"), calls);
            return subject.run("cli-" + atOnce, Map.of(), "xargs", "-a", file.toString(), "-L", "1", "-P", String.valueOf(atOnce), "aws", "--endpoint-url",
                    aws.endpoint().toString()).seconds();
        }
    }
}
