package cloudops.aws.internal;

import java.util.Optional;
import java.util.function.BooleanSupplier;

import software.amazon.awssdk.core.SdkClient;

/** Finds the synchronous client interface of an AWS service. */
interface ClientFinder {

    String SERVICES = "software.amazon.awssdk.services.";

    /** @param sdkName last part of the package under {@link #SERVICES}: {@code elasticloadbalancingv2} */
    Optional<Found> find(String sdkName);

    /** Whether {@code fileName}, one of the class files of a service's package, is its synchronous client: {@code Ec2Client.class}. */
    static boolean isClient(String fileName) {
        return fileName.endsWith("Client.class") && !fileName.endsWith("AsyncClient.class")
                && !fileName.startsWith("Default") && !fileName.startsWith("Delegating");
    }

    /** @param stillThere turns false when the class's bundle was updated or removed */
    record Found(Class<? extends SdkClient> client, BooleanSupplier stillThere) {
        boolean current() {
            return stillThere.getAsBoolean();
        }
    }
}
