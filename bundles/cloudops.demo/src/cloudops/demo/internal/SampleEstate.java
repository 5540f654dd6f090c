package cloudops.demo.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

import cloudops.demo.DemoException;
import cloudops.demo.DemoException.Problem;
import cloudops.demo.DemoSession.Summary;
import cloudops.demo.internal.Seeder.AccessKey;

/** Puts the sample estate into a simulator. */
public final class SampleEstate {

    private SampleEstate() {
    }

    /** What {@link #create} made. */
    public record Seeded(AwsFiles files, List<String> profiles, Summary summary) {
    }

    /** @param awsFolder where the AWS files are written */
    public static Seeded create(URI endpoint, Path awsFolder) throws DemoException, IOException, InterruptedException {
        var keys = new ArrayList<AccessKey>();
        var plans = EstatePlan.ACCOUNTS.stream().map(EstatePlan::of).toList();
        try (var seeder = new Seeder(endpoint)) {
            for (var plan : plans) {
                keys.add(seeder.seed(plan));
            }
        } catch (ExecutionException e) {
            throw new DemoException(Problem.SEED, "the sample estate could not be created: " + e.getCause().getMessage(), null, e.getCause());
        }
        return new Seeded(AwsFiles.write(awsFolder, keys), keys.stream().map(key -> key.account().profile()).toList(), summary(plans));
    }

    private static Summary summary(List<EstatePlan> plans) {
        var counts = new TreeMap<String, Integer>();
        for (var plan : plans) {
            // every instance comes with a root volume
            counts.merge("ec2_instance", plan.instances().size(), Integer::sum);
            counts.merge("ec2_volume", plan.instances().size() + plan.volumes().size(), Integer::sum);
            counts.merge("rds_instance", plan.databases().size(), Integer::sum);
            counts.merge("s3_bucket", plan.buckets().size(), Integer::sum);
        }
        return new Summary(plans.stream().map(plan -> plan.account().id()).toList(), EstatePlan.REGIONS, counts,
                counts.values().stream().mapToInt(Integer::intValue).sum());
    }
}
