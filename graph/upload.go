package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/graph/scalar"
	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
)

func (m mutationResolver) UploadImage(ctx context.Context, file scalar.Upload, options *gen.WriteOptions) (*gen.UploadPayload, error) {
	var w desk.Write
	option(&w, options)
	kept, err := m.Desk.AddPicture(ctx, auth.From(ctx), file, w)
	p := &gen.UploadPayload{}
	if p.Errors, err = m.mistaken(ctx, err); err != nil || len(p.Errors) > 0 {
		return p, err
	}
	p.Image = &gen.UploadedImage{
		URL: edition.From(ctx).Site + kept.Path(), Width: kept.Width, Height: kept.Height, MediaType: kept.MediaType, Bytes: int32(kept.Bytes),
	}
	return p, nil
}
