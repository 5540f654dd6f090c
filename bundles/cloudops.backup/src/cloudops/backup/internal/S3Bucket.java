package cloudops.backup.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsClients;
import cloudops.aws.AwsException;
import cloudops.backup.S3Location;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects of a bucket. S3 itself checks the SHA-256 of every body that goes up. Large objects go up in parts, and what an interrupted
 * upload brought there counts the next time. Thread-safe.
 */
final class S3Bucket {

    /** S3 takes parts of 5 MiB or more. */
    static final int PART_BYTES = 8 << 20;

    private static final String SHA256 = "sha256";
    private static final int MOST_TO_DELETE = 1000;

    private final AwsClients clients;
    private final S3Location location;

    S3Bucket(AwsClients clients, S3Location location) {
        this.clients = clients;
        this.location = location;
    }

    S3Location location() {
        return location;
    }

    /** All objects whose keys begin with {@code prefix}, by key. */
    SortedMap<String, S3Object> list(String prefix) throws AwsException, InterruptedException {
        return call("list-objects-v2", s3 -> {
            var objects = new TreeMap<String, S3Object>();
            s3.listObjectsV2Paginator(request -> request.bucket(location.bucket()).prefix(prefix)).contents()
                    .forEach(object -> objects.put(object.key(), object));
            return objects;
        });
    }

    byte[] get(String key) throws AwsException, InterruptedException {
        return call("get-object", s3 -> s3.getObjectAsBytes(request -> request.bucket(location.bucket()).key(key)).asByteArray());
    }

    /** @param perhapsThere whether there is an object of this name, which is left as it is when it is the same */
    void put(String key, byte[] body, boolean perhapsThere) throws AwsException, InterruptedException {
        var sha256 = BackupFolders.sha256(body);
        if (perhapsThere && sha256.equals(call("head-object", s3 -> s3.headObject(request -> request.bucket(location.bucket()).key(key)))
                .metadata().get(SHA256))) {
            return;
        }
        if (body.length <= PART_BYTES) {
            call("put-object", s3 -> s3.putObject(request -> request.bucket(location.bucket()).key(key).metadata(Map.of(SHA256, sha256))
                    .checksumSHA256(base64(sha256)), RequestBody.fromBytes(body)));
        } else {
            putParts(key, body, sha256);
        }
    }

    private void putParts(String key, byte[] body, String sha256) throws AwsException, InterruptedException {
        var begun = uploads(key).stream().filter(upload -> upload.key().equals(key)).max(Comparator.comparing(MultipartUpload::initiated));
        var upload = begun.isPresent() ? begun.get().uploadId() : begin(key, sha256);
        var there = begun.isPresent() ? parts(key, upload) : Map.<Integer, Part>of();
        var parts = new ArrayList<CompletedPart>();
        for (int number = 1, from = 0; from < body.length; number++, from += PART_BYTES) {
            var part = Arrays.copyOfRange(body, from, Math.min(body.length, from + PART_BYTES));
            parts.add(part(key, upload, number, part, Optional.ofNullable(there.get(number))));
        }
        call("complete-multipart-upload", s3 -> s3.completeMultipartUpload(request -> request.bucket(location.bucket()).key(key)
                .uploadId(upload).multipartUpload(all -> all.parts(parts))));
    }

    private String begin(String key, String sha256) throws AwsException, InterruptedException {
        return call("create-multipart-upload", s3 -> s3.createMultipartUpload(request -> request.bucket(location.bucket()).key(key)
                .metadata(Map.of(SHA256, sha256)).checksumAlgorithm(ChecksumAlgorithm.SHA256))).uploadId();
    }

    private CompletedPart part(String key, String upload, int number, byte[] body, Optional<Part> there)
            throws AwsException, InterruptedException {
        var checksum = base64(BackupFolders.sha256(body));
        var whole = there.filter(part -> isSame(part, body, checksum));
        var etag = whole.isPresent() ? whole.get().eTag()
                : call("upload-part", s3 -> s3.uploadPart(request -> request.bucket(location.bucket()).key(key).uploadId(upload)
                        .partNumber(number).checksumSHA256(checksum), RequestBody.fromBytes(body))).eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).checksumSHA256(checksum).build();
    }

    /** Where a server does not keep the checksum, its entity tag is the MD5, unless it encrypts with a key of the user's. */
    private static boolean isSame(Part part, byte[] body, String checksum) {
        if (part.size() == null || part.size() != body.length) {
            return false;
        }
        return part.checksumSHA256() != null ? part.checksumSHA256().equals(checksum) : ("\"" + md5(body) + "\"").equals(part.eTag());
    }

    private Map<Integer, Part> parts(String key, String upload) throws AwsException, InterruptedException {
        return call("list-parts", s3 -> {
            var parts = new HashMap<Integer, Part>();
            s3.listPartsPaginator(request -> request.bucket(location.bucket()).key(key).uploadId(upload)).parts()
                    .forEach(part -> parts.put(part.partNumber(), part));
            return parts;
        });
    }

    private List<MultipartUpload> uploads(String prefix) throws AwsException, InterruptedException {
        return call("list-multipart-uploads", s3 -> s3.listMultipartUploadsPaginator(request -> request.bucket(location.bucket()).prefix(prefix))
                .uploads().stream().toList());
    }

    /** @throws AwsException also when only some were not deleted; what it is, S3 says of the first */
    void delete(Collection<String> keys) throws AwsException, InterruptedException {
        var left = List.copyOf(keys);
        for (int from = 0; from < left.size(); from += MOST_TO_DELETE) {
            var batch = left.subList(from, Math.min(left.size(), from + MOST_TO_DELETE)).stream()
                    .map(key -> ObjectIdentifier.builder().key(key).build()).toList();
            var answer = call("delete-objects",
                    s3 -> s3.deleteObjects(request -> request.bucket(location.bucket()).delete(all -> all.objects(batch).quiet(true))));
            if (!answer.errors().isEmpty()) {
                var first = answer.errors().getFirst();
                throw new AwsException("AccessDenied".equals(first.code()) ? AwsException.Problem.ACCESS_DENIED : AwsException.Problem.OTHER,
                        String.valueOf(first.code()), answer.errors().size() + " objects were not deleted: " + first.message(), null);
            }
        }
    }

    /** Gives up uploads in parts that were begun before {@code time} and never ended. */
    void abortUploads(String prefix, Instant time) throws AwsException, InterruptedException {
        for (var upload : uploads(prefix)) {
            if (upload.initiated() != null && upload.initiated().isBefore(time)) {
                call("abort-multipart-upload", s3 -> s3.abortMultipartUpload(request -> request.bucket(location.bucket()).key(upload.key())
                        .uploadId(upload.uploadId())));
            }
        }
    }

    private <T> T call(String operation, Function<S3Client, T> work) throws AwsException, InterruptedException {
        return clients.call(S3Client.class, new AwsCall("s3", operation, null, location.profile(), location.region()), work);
    }

    private static String base64(String hex) {
        return new String(Base64.getEncoder().encode(HexFormat.of().parseHex(hex)), US_ASCII);
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
