// Package bettertogether is the root of the Better Together Hub. The program is in cmd/hub; who may import whom stands in
// rooms_test.go. Run "go generate ./..." after a change of schema.graphqls or of a type that it binds.
package bettertogether

//go:generate go run ./graph/codegen
