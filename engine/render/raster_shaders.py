"""GLSL of the raster renderer. Colours are linear with gamma 2 (square in, square root out): two cheap
instructions that stay within 3 % of sRGB."""

MAX_GEOMS = 256

_COMMON = f"""#version 330 core
layout(std140) uniform Pose {{ vec4 row[{3 * MAX_GEOMS}]; }};
vec3 place(int s, vec3 p) {{
    vec4 h = vec4(p, 1.0);
    return vec3(dot(row[3*s], h), dot(row[3*s+1], h), dot(row[3*s+2], h));
}}
vec3 turn(int s, vec3 n) {{
    return vec3(dot(row[3*s].xyz, n), dot(row[3*s+1].xyz, n), dot(row[3*s+2].xyz, n));
}}
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in float slot;
"""

SHADOW_VERTEX = (
    _COMMON
    + """
uniform mat4 light;
void main() { gl_Position = light * vec4(place(int(slot), position), 1.0); }
"""
)

SHADOW_FRAGMENT = """#version 330 core
void main() {}
"""

COLOUR_VERTEX = (
    _COMMON
    + f"""
// per geom: albedo and texture layer; specular, shininess, texture repeats, instance
layout(std140) uniform Look {{ vec4 look[{2 * MAX_GEOMS}]; }};
uniform mat4 camera;
uniform mat4 light;
uniform vec3 eye;
uniform vec3 key_direction;
uniform vec3 key_colour;
uniform vec3 fill_direction[3];
uniform vec3 fill_colour[3];
uniform int fills;
uniform vec3 sky;
uniform vec3 ground;
uniform float texel;
out vec3 n_W;
out vec3 view;
out vec3 at;
out vec3 in_shadow;
out vec3 soft;
flat out vec3 key;
flat out vec2 gloss;
void main() {{
    int s = int(slot);
    vec3 p_W = place(s, position);
    n_W = turn(s, normal);
    view = eye - p_W;
    vec4 albedo = look[2*s];
    vec4 surface = look[2*s+1];
    at = vec3(uv * surface.z, albedo.w);
    // What has no sharp edges is shaded per vertex: hemisphere ambient and fill lights.
    vec3 light_here = mix(ground, sky, 0.5 + 0.5 * n_W.z);
    for (int i = 0; i < fills; ++i) light_here += fill_colour[i] * max(dot(n_W, fill_direction[i]), 0.0);
    soft = albedo.rgb * light_here;
    key = albedo.rgb * key_colour;
    gloss = surface.xy;
    // Shift along the normal, more at grazing light: no acne, and no visible gap under objects.
    float facing = dot(n_W, key_direction);
    vec4 l = light * vec4(p_W + n_W * texel * (0.4 + 1.4 * sqrt(clamp(1.0 - facing * facing, 0.0, 1.0))), 1.0);
    in_shadow = l.xyz * 0.5 + 0.5;
    gl_Position = camera * vec4(p_W, 1.0);
}}
"""
)

COLOUR_FRAGMENT = """#version 330 core
uniform sampler2DArray layers;
uniform sampler2DShadow shadow;
uniform vec3 key_direction;
uniform vec3 key_specular;
uniform float spread;
in vec3 n_W;
in vec3 view;
in vec3 at;
in vec3 in_shadow;
in vec3 soft;
flat in vec3 key;
flat in vec2 gloss;
out vec4 colour;
void main() {
    vec3 base = texture(layers, at).rgb;
    vec3 n = normalize(n_W);
    float facing = dot(n, key_direction);
    vec3 diffuse = soft;
    vec3 shine = vec3(0.0);
    if (facing > 0.0) {
        float lit = 0.5 * (texture(shadow, in_shadow + vec3(-spread, 0.5 * spread, 0.0))
                         + texture(shadow, in_shadow + vec3(spread, -0.5 * spread, 0.0)));
        diffuse += key * (facing * lit);
        float h = max(dot(n, normalize(normalize(view) + key_direction)), 0.0);
        // Schlick 1994 instead of a power: h^k ~ h / (k - k h + h).
        shine = key_specular * (gloss.x * lit * h / (gloss.y - gloss.y * h + h));
    }
    vec3 c = base * base * diffuse + shine;
    // A shoulder above 0.75, so that white paper in the light keeps its shape.
    vec3 over = max(c - 0.75, 0.0);
    c = min(c, 0.75) + over / (1.0 + 4.0 * over);
    colour = vec4(sqrt(c), 1.0);
}
"""

SKY_VERTEX = """#version 330 core
uniform mat4 ray;
out vec3 direction;
void main() {
    vec2 p = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0;
    direction = (ray * vec4(p, 1.0, 1.0)).xyz;
    gl_Position = vec4(p, 1.0, 1.0);
}
"""

SKY_FRAGMENT = """#version 330 core
uniform sampler2D panorama;
uniform float yaw;
uniform vec3 eye;
uniform float radius;
in vec3 direction;
out vec4 colour;
void main() {
    vec3 d = normalize(direction);
    if (radius > 0.0) {
        // The picture was taken at the origin, 1.5 above the ground: look at the ground there, or at a sphere.
        float b = dot(eye, d);
        float t = sqrt(b * b + radius * radius - dot(eye, eye)) - b;
        if (d.z < 0.0) t = min(t, (-1.5 - eye.z) / d.z);
        d = normalize(eye + t * d);
    }
    vec2 at = vec2((atan(d.y, d.x) - yaw) / 6.2831853 + 0.5, acos(clamp(d.z, -1.0, 1.0)) / 3.14159265);
    colour = vec4(textureLod(panorama, at, 0.0).rgb, 1.0);
}
"""

LABEL_VERTEX = (
    _COMMON
    + f"""
layout(std140) uniform Look {{ vec4 look[{2 * MAX_GEOMS}]; }};
uniform mat4 camera;
flat out float instance;
out float depth;
void main() {{
    int s = int(slot);
    instance = look[2*s+1].w;
    gl_Position = camera * vec4(place(s, position), 1.0);
    depth = gl_Position.w;
}}
"""
)

LABEL_FRAGMENT = """#version 330 core
flat in float instance;
in float depth;
layout(location = 0) out vec4 id;
layout(location = 1) out float z;
void main() { id = vec4(instance / 255.0, 0.0, 0.0, 1.0); z = depth; }
"""
