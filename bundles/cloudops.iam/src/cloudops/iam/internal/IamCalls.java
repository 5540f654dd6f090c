package cloudops.iam.internal;

import java.util.concurrent.Semaphore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;

/** Reads IAM, a bounded number of calls at a time over all principals. Thread-safe. */
final class IamCalls {

    /** More than this at once only earns throttling. */
    static final int AT_ONCE = 50;

    private final AwsCaller caller;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    IamCalls(AwsCaller caller) {
        this.caller = caller;
    }

    JsonNode call(String profile, Principal principal, String operation, ObjectNode params) throws AwsException, InterruptedException {
        permits.acquire();
        try {
            return caller.call(new AwsCall("iam", operation, params, profile, principal.iamRegion()), Transport.AUTO);
        } finally {
            permits.release();
        }
    }

    /** Whether a failure says nothing about IAM, but that AWS was not reached as the principal at all. */
    static boolean unreachable(AwsException e) {
        return switch (e.problem()) {
            case NETWORK, NO_CREDENTIALS, EXPIRED_TOKEN, UNKNOWN_PROFILE, NO_CLI -> true;
            default -> false;
        };
    }
}
