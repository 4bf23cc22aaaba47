package dev.sallyport.sandbox.standins;

import dev.sallyport.sandbox.aws.session.EcsTask;
import java.util.Map;

/** The ECS task that the db-proxy of one machine is said to run as, so that it can be reached through Session Manager's stand-in. */
public final class LocalTask {

    public static final String REGION = "eu-west-1";
    public static final String CLUSTER = "sallyport";
    private static final String TASK_ID = "5a11f0472d8e4c6b9b3d1f60c7e2a984";
    private static final String PROXY = "default";

    /** The task, in an account. Its ports are this machine's. */
    public static EcsTask in(String accountId) {
        return new EcsTask(
                accountId,
                REGION,
                CLUSTER,
                TASK_ID,
                TASK_ID + "-1527056392",
                Map.of("sallyport:proxy", PROXY),
                Map.of());
    }

    private LocalTask() {}
}
