package dev.weft.instrumentation.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import org.jspecify.annotations.Nullable;

/** Sends an attempt of the mesh to its endpoint and everything else where it went before. */
public final class MeshPicker extends SubchannelPicker {
  private final MeshBalancer balancer;
  private final @Nullable SubchannelPicker own;

  /**
   * @param own the channel's; null while it has none, which lets calls wait
   */
  MeshPicker(MeshBalancer balancer, @Nullable SubchannelPicker own) {
    this.balancer = balancer;
    this.own = own;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    EndpointChoice choice = args.getCallOptions().getOption(EndpointChoice.KEY);
    if (choice != null) {
      return balancer.pick(choice);
    }
    return own == null ? PickResult.withNoResult() : own.pickSubchannel(args);
  }
}
