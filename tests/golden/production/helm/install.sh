#!/bin/sh
# Installs the monitoring of production, or brings it up to date.
# A second run changes nothing; README.md says what must be there before.
set -eu
cd "$(dirname "$0")"
namespace=monitoring

# Whether a Secret has its keys, without looking at what stands there.
need() {
  secret=$1; shift
  for key in "$@"; do
    kubectl --namespace "$namespace" describe secret "$secret" 2>/dev/null |
      grep -q "^$key:" || {
      echo "install.sh: expected the key $key in the Secret $secret of $namespace;" \
        "README.md says how to make it" >&2
      exit 3
    }
  done
}

case "${1:-}" in
charts|stack) ;;
*)
  echo "install.sh: expected one of charts|stack, found ${1:-nothing}" >&2
  exit 2
  ;;
esac

need alertmanager-secrets heartbeat-url pagerduty-routing-key smtp-password webhook-token webhook-url
need grafana-admin admin-user admin-password
need connection-secrets events-token postgres-password redis-password stripe-key
helm repo add --force-update grafana-community https://grafana-community.github.io/helm-charts
helm repo add --force-update prometheus-community https://prometheus-community.github.io/helm-charts
case "$1" in
charts)
helm upgrade --install prometheus prometheus-community/prometheus \
  --version 29.27.0 --namespace monitoring --create-namespace \
  --values prometheus.yaml --wait --timeout 10m
helm upgrade --install grafana grafana-community/grafana \
  --version 12.11.1 --namespace monitoring --create-namespace \
  --values grafana.yaml --wait --timeout 10m
helm upgrade --install prometheus-blackbox-exporter prometheus-community/prometheus-blackbox-exporter \
  --version 11.17.2 --namespace monitoring --create-namespace \
  --values prometheus-blackbox-exporter.yaml --wait --timeout 10m
helm upgrade --install prometheus-postgres-exporter prometheus-community/prometheus-postgres-exporter \
  --version 8.2.0 --namespace monitoring --create-namespace \
  --values prometheus-postgres-exporter.yaml --wait --timeout 10m
helm upgrade --install prometheus-redis-exporter prometheus-community/prometheus-redis-exporter \
  --version 6.29.0 --namespace monitoring --create-namespace \
  --values prometheus-redis-exporter.yaml --wait --timeout 10m
;;
stack)
helm upgrade --install kube-prometheus-stack prometheus-community/kube-prometheus-stack \
  --version 88.5.3 --namespace monitoring --create-namespace \
  --values kube-prometheus-stack.yaml --wait --timeout 10m
helm upgrade --install prometheus-blackbox-exporter prometheus-community/prometheus-blackbox-exporter \
  --version 11.17.2 --namespace monitoring --create-namespace \
  --values prometheus-blackbox-exporter.yaml --wait --timeout 10m
helm upgrade --install prometheus-postgres-exporter prometheus-community/prometheus-postgres-exporter \
  --version 8.2.0 --namespace monitoring --create-namespace \
  --values prometheus-postgres-exporter.yaml --wait --timeout 10m
helm upgrade --install prometheus-redis-exporter prometheus-community/prometheus-redis-exporter \
  --version 6.29.0 --namespace monitoring --create-namespace \
  --values prometheus-redis-exporter.yaml --wait --timeout 10m
;;
esac
