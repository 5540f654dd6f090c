package cloudops.demo.internal;

import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import cloudops.demo.internal.EstatePlan.Account;
import cloudops.demo.internal.EstatePlan.Bucket;
import cloudops.demo.internal.EstatePlan.Database;
import cloudops.demo.internal.EstatePlan.Instance;
import cloudops.demo.internal.EstatePlan.Volume;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VolumeType;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** Creates the sample estate in a simulator, through the AWS SDK. */
final class Seeder implements AutoCloseable {

    /** The user whose permissions the demonstration shows. */
    static final String USER = "ops-engineer";

    private static final int PARALLEL = 8;
    private static final String TRUSTED_ACCOUNT = EstatePlan.ACCOUNTS.getFirst().id();

    private static final ProfileFile NO_PROFILES =
            ProfileFile.builder().type(ProfileFile.Type.CONFIGURATION).content(InputStream.nullInputStream()).build();

    private final URI endpoint;
    private final SdkHttpClient http = UrlConnectionHttpClient.builder()
            .proxyConfiguration(ProxyConfiguration.builder().useEnvironmentVariablesValues(false).useSystemPropertyValues(false).build()).build();
    private final Semaphore atOnce = new Semaphore(PARALLEL);

    Seeder(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** An access key of the demonstration's user in one account. */
    record AccessKey(Account account, String id, String secret) {
    }

    /** Creates all of the plan; returns the key that the demonstration works with, and how many resources there are now. */
    AccessKey seed(EstatePlan plan) throws InterruptedException, ExecutionException {
        var admin = administrator(plan.account());
        var tasks = new ArrayList<Callable<?>>();
        for (var region : EstatePlan.REGIONS) {
            var ec2 = client(Ec2Client.builder(), admin, region);
            var rds = client(RdsClient.builder(), admin, region);
            plan.instances().stream().filter(i -> i.region().equals(region)).forEach(i -> tasks.add(() -> run(ec2, i)));
            plan.volumes().stream().filter(v -> v.region().equals(region)).forEach(v -> tasks.add(() -> create(ec2, v)));
            plan.databases().stream().filter(d -> d.region().equals(region)).forEach(d -> tasks.add(() -> create(rds, d)));
            var s3 = S3Client.builder().forcePathStyle(true);
            var buckets = client(s3, admin, region);
            plan.buckets().stream().filter(b -> b.region().equals(region)).forEach(b -> tasks.add(() -> create(buckets, b)));
        }
        var key = createUser(plan.account(), admin);
        runAll(tasks);
        return key;
    }

    @Override
    public void close() {
        http.close();
    }

    private void runAll(List<Callable<?>> tasks) throws InterruptedException, ExecutionException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (var task : tasks) {
                running.add(executor.submit(() -> {
                    atOnce.acquire();
                    try {
                        return task.call();
                    } finally {
                        atOnce.release();
                    }
                }));
            }
            for (var future : running) {
                future.get();
            }
        }
    }

    /** The simulator trusts any key; another account than its first is entered through a role of it. */
    private AwsCredentials administrator(Account account) {
        var root = AwsBasicCredentials.create("simulator", "simulator");
        if (account.id().equals(TRUSTED_ACCOUNT)) {
            return root;
        }
        var credentials = client(StsClient.builder(), root, "us-east-1")
                .assumeRole(r -> r.roleArn("arn:aws:iam::" + account.id() + ":role/administrator").roleSessionName("seed")).credentials();
        return AwsSessionCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
    }

    private AccessKey createUser(Account account, AwsCredentials admin) {
        var iam = client(IamClient.builder(), admin, "us-east-1");
        iam.createUser(r -> r.userName(USER));
        var operate = iam.createPolicy(r -> r.policyName("OperateEstate").policyDocument(DemoPolicies.OPERATE)).policy().arn();
        iam.attachUserPolicy(r -> r.userName(USER).policyArn(operate));
        iam.createGroup(r -> r.groupName("operators"));
        iam.putGroupPolicy(r -> r.groupName("operators").policyName("ProtectData").policyDocument(DemoPolicies.PROTECT));
        iam.addUserToGroup(r -> r.groupName("operators").userName(USER));
        var key = iam.createAccessKey(r -> r.userName(USER)).accessKey();
        return new AccessKey(account, key.accessKeyId(), key.secretAccessKey());
    }

    private Void run(Ec2Client ec2, Instance instance) {
        var tags = TagSpecification.builder().resourceType(ResourceType.INSTANCE).tags(ec2Tags(instance.tags())).build();
        var rootTags = TagSpecification.builder().resourceType(ResourceType.VOLUME)
                .tags(Tag.builder().key("Name").value(instance.tags().get("Name") + "-root").build()).build();
        var started = ec2.runInstances(r -> r.imageId("ami-0123456789abcdef0").minCount(1).maxCount(1)
                .instanceType(InstanceType.fromValue(instance.type())).tagSpecifications(tags, rootTags));
        if (instance.stopped()) {
            ec2.stopInstances(r -> r.instanceIds(started.instances().getFirst().instanceId()));
        }
        return null;
    }

    private Void create(Ec2Client ec2, Volume volume) {
        ec2.createVolume(r -> r.availabilityZone(volume.region() + "a").size(volume.gib()).volumeType(VolumeType.GP3).tagSpecifications(
                TagSpecification.builder().resourceType(ResourceType.VOLUME).tags(ec2Tags(volume.tags())).build()));
        return null;
    }

    private Void create(RdsClient rds, Database database) {
        rds.createDBInstance(r -> r.dbInstanceIdentifier(database.identifier()).engine(database.engine())
                .engineVersion(database.engineVersion()).dbInstanceClass(database.instanceClass()).multiAZ(database.multiAz())
                .allocatedStorage(200).backupRetentionPeriod(7).masterUsername("master").masterUserPassword("only-in-the-simulator")
                .tags(database.tags().entrySet().stream().map(tag -> software.amazon.awssdk.services.rds.model.Tag.builder()
                        .key(tag.getKey()).value(tag.getValue()).build()).toList()));
        return null;
    }

    private Void create(S3Client s3, Bucket bucket) {
        s3.createBucket(r -> {
            r.bucket(bucket.name());
            if (!bucket.region().equals("us-east-1")) {
                r.createBucketConfiguration(c -> c.locationConstraint(bucket.region()));
            }
        });
        s3.putBucketTagging(r -> r.bucket(bucket.name()).tagging(t -> t.tagSet(bucket.tags().entrySet().stream()
                .map(tag -> software.amazon.awssdk.services.s3.model.Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())));
        return null;
    }

    private static List<Tag> ec2Tags(Map<String, String> tags) {
        return tags.entrySet().stream().map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build()).toList();
    }

    private <B extends AwsClientBuilder<B, C> & software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder<B, C>, C> C client(B builder,
            AwsCredentials credentials, String region) {
        // the SDK would read defaults from the files and variables of whoever runs this
        return builder.httpClient(http).endpointOverride(endpoint).region(Region.of(region)).fipsEnabled(false).dualstackEnabled(false)
                .overrideConfiguration(c -> c.defaultProfileFile(NO_PROFILES).defaultProfileName("default"))
                .credentialsProvider(StaticCredentialsProvider.create(credentials)).build();
    }
}
