package dev.weft.control.source;

/** What a document asks for: one record per accepted kind. */
public sealed interface Spec
    permits ServiceEntry, WorkloadEntry, VirtualService, DestinationRule, PeerAuthentication {}
