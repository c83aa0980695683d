package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// view is a value as JSON that tells its type, so that two engines' values can be compared exactly: booleans as they
// are, all else as an object with one key.
func view(value ref.Val) any {
	switch known := value.(type) {
	case types.Bool:
		return bool(known)
	case types.Int:
		return kind("int", strconv.FormatInt(int64(known), 10))
	case types.Uint:
		return kind("uint", strconv.FormatUint(uint64(known), 10))
	case types.Double:
		return kind("double", bits(float64(known)))
	case types.String:
		return kind("string", string(known))
	case types.Bytes:
		return kind("bytes", base64.StdEncoding.EncodeToString(known))
	case types.Null:
		return kind("null", "")
	case types.Timestamp:
		return kind("timestamp", fmt.Sprintf("%d.%09d", known.Unix(), known.Nanosecond()))
	case types.Duration:
		return kind("duration", strconv.FormatInt(known.Nanoseconds(), 10))
	case *types.Type:
		return kind("type", known.TypeName())
	case *types.Optional:
		return kind("optional", viewOptional(known))
	case traits.Mapper:
		return kind("map", viewMap(known))
	case traits.Lister:
		return kind("list", viewList(known))
	}
	return kind("other", value.Type().TypeName())
}

func kind(name string, value any) map[string]any { return map[string]any{name: value} }

// bits are those of IEEE 754: a decimal form would hide a difference. Every NaN is the same.
func bits(value float64) string {
	if math.IsNaN(value) {
		return "NaN"
	}
	return fmt.Sprintf("%016x", math.Float64bits(value))
}

func viewOptional(optional *types.Optional) []any {
	if !optional.HasValue() {
		return []any{}
	}
	return []any{view(optional.GetValue())}
}

func viewList(list traits.Lister) []any {
	views := []any{}
	for elements := list.Iterator(); elements.HasNext() == types.True; {
		views = append(views, view(elements.Next()))
	}
	return views
}

// viewMap gives pairs in the order of their keys' JSON: a map has none of its own.
func viewMap(pairs traits.Mapper) [][2]any {
	views := [][2]any{}
	for keys := pairs.Iterator(); keys.HasNext() == types.True; {
		key := keys.Next()
		views = append(views, [2]any{view(key), view(pairs.Get(key))})
	}
	sort.Slice(views, func(i, j int) bool { return text(views[i][0]) < text(views[j][0]) })
	return views
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(encoded)
}
