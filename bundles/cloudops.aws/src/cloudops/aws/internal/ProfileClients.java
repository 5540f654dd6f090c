package cloudops.aws.internal;

import java.util.function.Function;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsClients;
import cloudops.aws.AwsException;
import cloudops.model.Environment;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes the clients as those of the scanner are made, and types failures in the same way. */
@Component
public final class ProfileClients implements AwsClients {

    private final AwsFiles files;
    private final SdkClients clients;
    private final Pacing pacing;

    @Activate
    public ProfileClients(@Reference Environment environment, @Reference KeychainKeys keychain, @Reference Pacing pacing) {
        this.pacing = pacing;
        files = new AwsFiles(environment);
        clients = new SdkClients(files, keychain);
    }

    @Deactivate
    public void close() {
        clients.close();
    }

    @Override
    public <C extends SdkClient, T> T call(Class<C> client, AwsCall call, Function<C, T> work) throws AwsException, InterruptedException {
        var target = Target.of(files, call.service(), call.profile(), call.region());
        return pacing.call(call, Route.of(target, call.service(), files, pacing.accounts()), () -> {
            try {
                return work.apply(client.cast(clients.client(client, target)));
            } catch (SdkException e) {
                if (CallFailedException.interrupted(e) || Thread.interrupted()) {
                    throw new InterruptedException(call.operation() + " was cancelled");
                }
                if (e.getCause() instanceof AwsException ofCredentials) {
                    throw ofCredentials;
                }
                var endpoint = target.endpoint().map(Object::toString).orElse("AWS " + target.region());
                throw AwsErrors.typed(CallFailedException.of(e, call.operation(), endpoint).getMessage(), call, files);
            } catch (IllegalStateException e) {
                throw ProfileCredentials.processFailed(target.profile(), e); // which the SDK reports so
            }
        });
    }
}
