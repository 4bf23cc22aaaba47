package dev.sallyport.sandbox.aws.session;

import java.util.Map;
import java.util.TreeMap;

/**
 * A running task of ECS, with the SSM agent that {@code ECS Exec} puts into its container.
 *
 * @param taskId 32 hexadecimal digits
 * @param runtimeId of its one container
 * @param ports where the ports of the container are on this machine
 */
public record EcsTask(
        String accountId,
        String region,
        String cluster,
        String taskId,
        String runtimeId,
        Map<String, String> tags,
        Map<Integer, Integer> ports) {

    public EcsTask {
        tags = new TreeMap<>(tags);
        ports = new TreeMap<>(ports);
    }

    /** What Session Manager calls it. */
    public String target() {
        return "ecs:" + cluster + "_" + taskId + "_" + runtimeId;
    }

    public String arn() {
        return "arn:aws:ecs:" + region + ":" + accountId + ":task/" + cluster + "/" + taskId;
    }
}
