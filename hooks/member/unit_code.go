package member

import "strings"

// UnitCode says whether a code can be a work unit's: "bank" and "-" are the lists of direct debits and of people
// without a unit, and a colon or slash would cut the name of its party or file.
func UnitCode(code string) bool {
	return !strings.EqualFold(code, "bank") && code != "-" && !strings.ContainsAny(code, ":/\\")
}
